/** What rwfileinfo's fields say of files that are not SiLK's: IPFIX and Parquet. */
import { InputError } from "../../errors.js";
import type { OctetSource } from "../../files/octet_source.js";
import { FlowColumns } from "../../record/columns.js";
import { openIpfixRows } from "../ipfix/rows.js";
import type { Description, FieldValue } from "./file_description.js";

const IPFIX_VERSION = 10;
const PARQUET_MAGIC = 0x50415231;

/**
 * Describes a file by its first octets.
 *
 * @param size octets of the file
 * @throws InputError when it is neither, or damaged
 */
export function foreignDescription(source: OctetSource, size: number): Description {
  if (source.need(2) && source.view.getUint16(source.start) === IPFIX_VERSION) return ipfix(source, size);
  if (source.need(4) && source.view.getUint32(source.start) === PARQUET_MAGIC)
    return { values: new Map<number, FieldValue>([...sized("Parquet", size)]), records: 0, size };
  throw new InputError(`${source.name}: not a SiLK file`);
}

function sized(format: string, size: number): [number, FieldValue][] {
  return [
    [1, format],
    [8, String(size)],
  ];
}

/** Flows are counted by reading them: a file does not tell how many there are. */
function ipfix(source: OctetSource, size: number): Description {
  const rows = new FlowColumns(4096, ["proto"]);
  const flows = openIpfixRows(source);
  let records = 0;
  while (flows.read(rows) > 0) records += rows.count;
  const values: [number, FieldValue][] = [
    ...sized("IPFIX", size),
    [2, String(IPFIX_VERSION)],
    [3, "BigEndian"],
    [7, String(records)],
  ];
  return { values: new Map(values), records, size };
}
