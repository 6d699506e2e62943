/** Whole flow records as tables: the outputs of rwfilter and rwsort in the formats of other programs. */
import type { OctetSink } from "../../files/octet_sink.js";
import { COLUMN_NAMES, type FlowColumns, type RowSink } from "../../record/columns.js";
import type { Site } from "../../site/site.js";
import type { TableSink, TableWriter } from "./table_sink.js";
import { FLOW_VALUES } from "./value_column.js";

export class FlowTable implements RowSink {
  readonly #open: () => TableSink;
  #table: TableSink | undefined;

  constructor(octets: OctetSink, writer: TableWriter, site: Site) {
    // Names of sensors and types may come with the first rows.
    this.#open = () => {
      this.#table ??= writer.open(octets, FLOW_VALUES, site);
      return this.#table;
    };
  }

  write({ arrays, count }: FlowColumns): void {
    // The parts of FLOW_VALUES are the columns in their order; rows hold times in microseconds, as they shall be.
    this.#open().write(
      COLUMN_NAMES.map((name) => arrays[name]!),
      count,
    );
  }

  end(): void {
    this.#open().end();
  }
}
