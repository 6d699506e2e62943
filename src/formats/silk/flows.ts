/** Flow records of a SiLK file as rows. */
import { InputError } from "../../errors.js";
import type { OctetSource } from "../../files/octet_source.js";
import { type FlowColumns, type RowSource, UNKNOWN_FLOWTYPE, UNKNOWN_SENSOR } from "../../record/columns.js";
import { type Octets, openBody } from "./body.js";
import { formatName } from "./format.js";
import type { SilkHeader } from "./header.js";
import type { Layout } from "./layouts/layout.js";
import { holdsFlows, layoutOf } from "./layouts/table.js";
import { compileRecordReader, type FileContext, type ReadRecords } from "./record_reader.js";

/**
 * The flows behind a header that was taken from `source`.
 *
 * @throws InputError when the file holds something else than flows, or flows of a version that cannot be read
 */
export function openSilkFlows(source: OctetSource, header: SilkHeader): RowSource {
  return new SilkFlows(openBody(source, header.compression), header, layoutIn(source.name, header));
}

/**
 * The layout of the records behind a header.
 *
 * @throws InputError naming the file when there is none
 */
export function layoutIn(file: string, { format, recordVersion, recordLength }: SilkHeader): Layout {
  const name = formatName(format) ?? `unknown format 0x${format.toString(16).padStart(2, "0")}`;
  const layout = layoutOf(format, recordVersion);
  if (layout === undefined)
    throw new InputError(
      holdsFlows(format)
        ? `${file}: version ${recordVersion} of ${name} records cannot be read`
        : `${file}: holds no flow records but ${name}`,
    );
  // Files of before SiLK 1.0 told no record length.
  if (recordLength !== layout.length && recordLength !== 0)
    throw new InputError(
      `${file}: ${name} records of version ${recordVersion} have ${layout.length} octets, not ${recordLength}`,
    );
  return layout;
}

function contextOf({ entries }: SilkHeader): FileContext {
  const packed = entries.find((each) => each.kind === "packed-file");
  return {
    hour: packed?.startTime ?? 0,
    sensor: packed?.sensor ?? UNKNOWN_SENSOR,
    flowtype: packed?.flowtype ?? UNKNOWN_FLOWTYPE,
  };
}

class SilkFlows implements RowSource {
  readonly #body: Octets;
  readonly #header: SilkHeader;
  readonly #layout: Layout;
  /** The reader into the target of the last call; callers keep theirs. */
  #target: FlowColumns | undefined;
  #readRecords: ReadRecords = () => {};

  constructor(body: Octets, header: SilkHeader, layout: Layout) {
    this.#body = body;
    this.#header = header;
    this.#layout = layout;
  }

  read(into: FlowColumns): number {
    if (into !== this.#target) {
      this.#target = into;
      this.#readRecords = compileRecordReader(
        this.#layout,
        this.#header.byteOrder,
        contextOf(this.#header),
        into.arrays,
      );
    }
    const { length } = this.#layout;
    let row = 0;
    while (row < into.capacity && this.#body.need(length)) {
      const count = Math.min(into.capacity - row, Math.floor(this.#body.available / length));
      this.#readRecords(this.#body.view, this.#body.start, count, row);
      this.#body.take(count * length);
      row += count;
    }
    // Whole records before the cut are handed out first.
    if (row === 0 && this.#body.available > 0)
      throw new InputError(
        `${this.#body.name}: file ends within a record: ${this.#body.available} of ${length} octets`,
      );
    into.count = row;
    return row;
  }

  close(): void {
    this.#body.close();
  }
}
