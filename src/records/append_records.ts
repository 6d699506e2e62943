/** Records of one format into a target: sources of the same format as they are, others by their rows. */
import { InputError } from "../errors.js";
import { OctetSource } from "../files/octet_source.js";
import { openIpfixRows } from "../formats/ipfix/rows.js";
import type { BodyWriter } from "../formats/silk/body.js";
import { recordSwapper } from "../formats/silk/byte_swap.js";
import { openSilkFlows } from "../formats/silk/flows.js";
import { formatName } from "../formats/silk/format.js";
import { isSilk, readSilkHeader, type SilkHeader } from "../formats/silk/header.js";
import { layoutOf } from "../formats/silk/layouts/table.js";
import { RecordOctets } from "../formats/silk/record_octets.js";
import {
  compileRecordWriter,
  GENERIC_RECORD,
  IPV6_RECORD,
  IPV6ROUTING_RECORD,
  WIDE_IPV6ROUTING_RECORD,
  type WrittenRecord,
} from "../formats/silk/record_writer.js";
import { FlowColumns, type RowSource } from "../record/columns.js";
import { ROWS } from "./record_files.js";

const WRITTEN: readonly WrittenRecord[] = [IPV6ROUTING_RECORD, WIDE_IPV6ROUTING_RECORD, IPV6_RECORD, GENERIC_RECORD];

/** What IPFIX messages begin with (RFC 7011 section 3.1). */
const IPFIX_VERSION = 10;

/** The part of a header that says how records lie in the body, and what they take from it. */
export type RecordForm = Pick<SilkHeader, "format" | "recordVersion" | "byteOrder" | "entries">;

/** Whether records take their hour, sensor or type from the packed-file entry of the header. */
export function takesFromHeader({ format, recordVersion }: RecordForm): boolean {
  return /\b(HOUR|SENSOR|FLOWTYPE)\b/.test(JSON.stringify(layoutOf(format, recordVersion)));
}

function samePackedFile(a: RecordForm, b: RecordForm): boolean {
  const packed = ({ entries }: RecordForm) => JSON.stringify(entries.find(({ kind }) => kind === "packed-file"));
  return packed(a) === packed(b);
}

/** Whether records of `source` mean the same behind the header of `target`. */
function sameForm(target: RecordForm, source: RecordForm): boolean {
  if (target.format !== source.format || target.recordVersion !== source.recordVersion) return false;
  return !takesFromHeader(target) || samePackedFile(target, source);
}

/**
 * Appends the records of the file at `path` to a body.
 *
 * @param target names the target in messages
 * @returns how many there were
 * @throws InputError when the source cannot be read, or its records do not fit into the target
 */
export function appendRecords(path: string, body: BodyWriter, form: RecordForm, target: string): number {
  const source = new OctetSource(path);
  try {
    if (!isSilk(source)) return appendRows(openStream(source), source.name, body, form, target);
    const header = readSilkHeader(source);
    if (sameForm(form, header)) return appendOctets(new RecordOctets(source, header), body, form);
    return appendRows(openSilkFlows(source, header), source.name, body, form, target);
  } finally {
    source.close();
  }
}

function openStream(source: OctetSource): RowSource {
  if (source.need(2) && source.view.getUint16(source.start) === IPFIX_VERSION) return openIpfixRows(source);
  throw new InputError(`${source.name}: neither a SiLK nor an IPFIX file`);
}

function appendOctets(records: RecordOctets, body: BodyWriter, form: RecordForm): number {
  const swap = records.header.byteOrder === form.byteOrder ? () => {} : recordSwapper(records.layout);
  let count = 0;
  for (let octets = records.read(); octets !== undefined; octets = records.read()) {
    swap(octets);
    body.write(octets);
    count += octets.length / records.layout.length;
  }
  return count;
}

function appendRows(source: RowSource, name: string, body: BodyWriter, form: RecordForm, target: string): number {
  const record = WRITTEN.find((each) => each.format === form.format && each.recordVersion === form.recordVersion);
  if (record === undefined) {
    const format = `${formatName(form.format) ?? form.format} version ${form.recordVersion}`;
    throw new InputError(
      `${name}: its records cannot become ${format} as in ${target}: only files of the same format and hour are ` +
        "appended to such files",
    );
  }
  const write = compileRecordWriter(record, form.byteOrder);
  const rows = new FlowColumns(ROWS);
  const octets = new Uint8Array(ROWS * record.length);
  const view = new DataView(octets.buffer);
  let count = 0;
  try {
    while (source.read(rows) > 0) {
      const end = write(rows, 0, rows.count, view, 0);
      if (end !== rows.count * record.length)
        throw new InputError(`${name}: has IPv6 addresses, for which the records of ${target} have no room`);
      body.write(octets.subarray(0, end));
      count += rows.count;
    }
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(`${name}: ${error.message}`);
    throw error;
  }
  return count;
}
