/** Values of the bins of rwuniq and rwstats: what is computed of each group of flows. */
import { UsageError } from "../errors.js";
import { milliseconds, quotient } from "./dialect.js";
import type { FlowField, PrintStyle } from "./field.js";
import { chooseFlowFields, flowField } from "./fields.js";
import { PAYLOAD, RATES, rateOfGroup, thousandths } from "./flow_rates.js";

/** Whether all bins together have a value, of which each bin has a share. */
export function hasTotal({ kind }: BinValue): boolean {
  return kind === "sum" || kind === "distinct";
}

/** A computed value of a bin. */
export interface BinValue {
  /** As in titles: `sIP-Distinct`. */
  readonly name: string;
  /** Those of SiLK's plug-ins, `plain` numbers and `rate`s, have no total over all bins. */
  readonly kind: "sum" | "distinct" | "time" | "plain" | "rate";
  /** Aggregate over the flows of a bin, a BIGINT; of rates thousandths. */
  readonly aggregate: string;
  readonly width: number;
}

const RECORDS: BinValue = { name: "Records", kind: "sum", aggregate: "count(*)", width: 10 };
const PACKETS: BinValue = { name: "Packets", kind: "sum", aggregate: "sum(packets)", width: 15 };
const BYTES: BinValue = { name: "Bytes", kind: "sum", aggregate: "sum(bytes)", width: 20 };

/** Times of bins are whole seconds. */
const EARLIEST: BinValue = {
  name: "sTime-Earliest",
  kind: "time",
  aggregate: quotient(milliseconds("min(stime)"), 1000),
  width: 19,
};
const LATEST: BinValue = {
  name: "eTime-Latest",
  kind: "time",
  aggregate: quotient(milliseconds("max(etime)"), 1000),
  width: 19,
};

/** The number of different values of a field. */
function distinctOf(field: FlowField, style: PrintStyle): BinValue {
  const parts = field.parts("bin", style);
  // Two halves of an address as one number: counting rows of two columns takes twice the time.
  const one = parts.length === 2 ? `(${parts[0]!.sql}::UHUGEINT << 64 | ${parts[1]!.sql}::UHUGEINT)` : parts[0]!.sql;
  return { name: `${field.name}-Distinct`, kind: "distinct", aggregate: `count(DISTINCT ${one})`, width: 20 };
}

const SIMPLE: Readonly<Record<string, BinValue>> = {
  records: RECORDS,
  flows: RECORDS,
  packets: PACKETS,
  bytes: BYTES,
  "stime-earliest": EARLIEST,
  "etime-latest": LATEST,
  stime: EARLIEST,
  etime: LATEST,
};

const NAMES = [...Object.keys(SIMPLE), "sip-distinct", "dip-distinct"];

/** Width of the values of SiLK's plug-in flowrate. */
const RATE_WIDTH = 15;

const PAYLOAD_SUM: BinValue = { name: "payload-bytes", kind: "plain", aggregate: `sum(${PAYLOAD})`, width: RATE_WIDTH };

const RATE_NAMES = [...RATES.map(({ name }) => name), PAYLOAD_SUM.name];

function rateValue(name: string, { lookups }: PrintStyle): BinValue {
  const rate = RATES.find((each) => each.name === name);
  if (rate === undefined) return PAYLOAD_SUM;
  return { name, kind: "rate", aggregate: thousandths(rateOfGroup(rate, lookups.zeroDuration)), width: RATE_WIDTH };
}

/** @throws UsageError in SiLK's words */
export function binValue(word: string, called: string, style: PrintStyle, more: readonly FlowField[] = []): BinValue {
  const name = word.trim().toLowerCase();
  const distinct = /^distinct:(.*)$/.exec(name);
  if (distinct !== null) {
    const [field] = chooseFlowFields(distinct[1]!, called, more);
    return distinctOf(field!, style);
  }
  const beginning = (names: readonly string[]) => names.filter((each) => name !== "" && each.startsWith(name));
  // Without its plug-in SiLK does not have rates: they leave abbreviations to others.
  const usual = beginning(NAMES);
  const candidates = usual.length > 0 ? usual : beginning(RATE_NAMES);
  const exact = candidates.find((each) => each === name);
  const found = exact ?? candidates[0];
  const meanings = new Set(candidates.map((each) => SIMPLE[each] ?? each));
  if (found === undefined) throw new UsageError(`Invalid ${called}: No match was found for the field '${word}'`);
  if (exact === undefined && meanings.size > 1)
    throw new UsageError(`Invalid ${called}: The field '${word}' matches multiple fields`);
  if (candidates !== usual) return rateValue(found, style);
  return SIMPLE[found] ?? distinctOf(flowField(found.replace("-distinct", "")), style);
}

/** Values of a list; one named twice is an error. */
export function binValues(
  list: string,
  called: string,
  style: PrintStyle,
  more: readonly FlowField[] = [],
): readonly BinValue[] {
  const values = list.split(",").map((word) => binValue(word, called, style, more));
  const seen = new Set<string>();
  for (const { name } of values) {
    if (seen.has(name)) throw new UsageError(`Invalid ${called}: Duplicate name '${name}'`);
    seen.add(name);
  }
  return values;
}
