/** Rows into a SiLK file. */
import { OutputError } from "../../errors.js";
import type { OctetSink } from "../../files/octet_sink.js";
import type { FlowColumns, RowSink } from "../../record/columns.js";
import { BodyWriter } from "./body.js";
import type { Compression } from "./compression.js";
import { type ByteOrder, writeSilkHeader } from "./header.js";
import type { HeaderEntry } from "./header_entry.js";
import {
  compileRecordWriter,
  GENERIC_RECORD,
  IPV6ROUTING_RECORD,
  WIDE_IPV6ROUTING_RECORD,
  type WriteRecords,
  type WrittenRecord,
} from "./record_writer.js";

/**
 * Records by what they can hold: `any` is SiLK's usual one, `wide` has 64-bit counters and 32-bit interfaces, `ipv4`
 * leaves out rows with IPv6 addresses.
 */
const RECORDS = {
  any: IPV6ROUTING_RECORD,
  wide: WIDE_IPV6ROUTING_RECORD,
  ipv4: GENERIC_RECORD,
} as const satisfies Record<string, WrittenRecord>;

export interface SilkFlowFile {
  readonly records: keyof typeof RECORDS;
  readonly byteOrder: ByteOrder;
  readonly compression: Compression;
  /** Invocations and annotations, in order. */
  readonly entries: readonly HeaderEntry[];
}

/** Byte order of this machine. */
export const NATIVE_BYTE_ORDER: ByteOrder = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? "little" : "big";

/** Writes the header at once, and records as rows come. The caller closes the sink after `end`. */
export class SilkFlowWriter implements RowSink {
  readonly #name: string;
  readonly #body: BodyWriter;
  readonly #length: number;
  readonly #writeRecords: WriteRecords;

  constructor(sink: OctetSink, file: SilkFlowFile) {
    const record: WrittenRecord = RECORDS[file.records];
    this.#name = sink.name;
    this.#length = record.length;
    this.#writeRecords = compileRecordWriter(record, file.byteOrder);
    const { format, recordVersion, length: recordLength } = record;
    writeSilkHeader(sink, { ...file, format, recordVersion, recordLength });
    this.#body = new BodyWriter(sink, file.compression, recordLength);
  }

  /** @throws OutputError naming the file and a value that the record has no room for */
  write(rows: FlowColumns): void {
    try {
      this.#writeRows(rows);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new OutputError(`${this.#name}: ${error.message}`);
    }
  }

  #writeRows(rows: FlowColumns): void {
    const body = this.#body;
    for (let from = 0; from < rows.count; ) {
      if (body.at === body.buffer.length) body.flush();
      const room = (body.buffer.length - body.at) / this.#length;
      const to = Math.min(rows.count, from + room);
      body.at = this.#writeRecords(rows, from, to, body.view, body.at);
      from = to;
    }
  }

  end(): void {
    this.#body.flush();
  }
}
