/** Scans as text, one line each, as they are found. */
import type { Arguments } from "../cli/switches.js";
import { MAPPED_IPV4 } from "../record/columns.js";
import { type AddressFormatter, addressFormatter, CANONICAL } from "../text/ip_format.js";
import { timePrinter } from "../text/silk_time.js";
import { type TableColumn, type TableStyle, tableLine, tableStyle, titleLine } from "../text/table.js";
import { MODEL_NUMBERS, type ModelName, type SourceTraffic } from "./detector.js";

/** A source that scans. */
export interface Scan extends SourceTraffic {
  readonly model: ModelName;
  readonly probability: number;
}

const COLUMNS: readonly TableColumn[] = [
  { title: "sip", width: 15 },
  { title: "proto", width: 5 },
  { title: "stime", width: 19 },
  { title: "etime", width: 19 },
  { title: "flows", width: 10 },
  { title: "packets", width: 10 },
  { title: "bytes", width: 14 },
];

const MODEL_COLUMNS: readonly TableColumn[] = [
  { title: "scan_model", width: 10 },
  { title: "scan_prob", width: 9 },
];

const PROBABILITY_DIGITS = 6;

/** Databases take times in this form. */
const TIMES = timePrinter({ style: "iso", zone: "utc", fraction: 0 });

/** Text of microseconds since 1970. */
export function scanTime(microseconds: number): string {
  return TIMES(Math.floor(microseconds / 1000));
}

export class ScanTable {
  readonly #style: TableStyle;
  readonly #columns: readonly TableColumn[];
  readonly #address: AddressFormatter;
  readonly #models: boolean;

  /** @throws UsageError when a separator is empty */
  constructor(args: Arguments) {
    const forDatabase = args.flag("scandb");
    const style = tableStyle(args);
    this.#style = forDatabase ? { ...style, titles: false, padded: false } : style;
    this.#models = forDatabase || args.flag("model-fields");
    this.#columns = this.#models ? [...COLUMNS, ...MODEL_COLUMNS] : COLUMNS;
    const decimal = forDatabase || args.flag("integer-ips");
    this.#address = addressFormatter({ ...CANONICAL, notation: decimal ? "decimal" : "canonical" });
  }

  titles(): string {
    return titleLine(this.#columns, this.#style);
  }

  line({ source, proto, start, end, flows, packets, bytes, model, probability }: Scan): string {
    const cells = [
      this.#address(0, 0, MAPPED_IPV4, source),
      String(proto),
      scanTime(start),
      scanTime(end),
      ...[flows, packets, bytes].map(String),
      ...(this.#models ? [String(MODEL_NUMBERS[model]), probability.toFixed(PROBABILITY_DIGITS)] : []),
    ];
    return tableLine(this.#columns, cells, this.#style);
  }
}
