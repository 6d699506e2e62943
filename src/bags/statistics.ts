/** What rwbagcat's `--print-statistics` says of keys and counters. */
import type { TextOutput } from "../text/output.js";
import { type Bag, compareCounters, counterText } from "./bag.js";
import type { KeyPrinter } from "./key_printer.js";

/** Moments of the counters; NaN where there are too few. */
export interface CounterStatistics {
  readonly sum: bigint;
  readonly mean: number;
  /** Of a sample: the squares' sum over one less than the keys. */
  readonly variance: number;
  readonly skew: number;
  readonly kurtosis: number;
}

export function counterStatistics(bag: Bag): CounterStatistics {
  const { counters, count } = bag;
  let low = 0;
  let high = 0n;
  let large = 0;
  for (let i = 0; i < count; i++) {
    low += counters[2 * i]!;
    large += counters[2 * i + 1]!;
    if (low > 2 ** 52 || large > 2 ** 52) {
      high += BigInt(low) + (BigInt(large) << 32n);
      low = large = 0;
    }
  }
  const sum = high + BigInt(low) + (BigInt(large) << 32n);
  const mean = Number(sum) / count;
  const powers = [0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const difference = counters[2 * i + 1]! * 2 ** 32 + counters[2 * i]! - mean;
    const square = difference * difference;
    powers[2]! += square;
    powers[3]! += square * difference;
    powers[4]! += square * square;
  }
  const spread = powers[2]! / count;
  return {
    sum,
    mean,
    variance: powers[2]! / (count - 1),
    skew: powers[3]! / count / spread ** 1.5,
    kurtosis: powers[4]! / count / spread ** 2,
  };
}

/** Columns of the words before a value. */
const LABEL_WIDTH = 18;

export function printStatistics(bag: Bag, printer: KeyPrinter, output: TextOutput): void {
  const { count, width, keys, counters } = bag;
  const line = (label: string, value: string) => output.add(`${label.padStart(LABEL_WIDTH)}:  ${value}\n`);
  output.add("Statistics\n");
  line("number of keys", String(count));
  if (count === 0) return;
  let lowest = 0;
  let highest = 0;
  for (let i = 1; i < count; i++) {
    if (compareCounters(counters, i, counters, lowest) < 0) lowest = i;
    if (compareCounters(counters, i, counters, highest) > 0) highest = i;
  }
  const { sum, mean, variance, skew, kurtosis } = counterStatistics(bag);
  line("sum of counters", String(sum));
  line("minimum key", printer.text(keys, 0).trim());
  line("maximum key", printer.text(keys, (count - 1) * width).trim());
  line("minimum counter", counterText(counters, lowest));
  line("maximum counter", counterText(counters, highest));
  line("mean", general(mean));
  line("variance", general(variance));
  line("standard deviation", general(Math.sqrt(variance)));
  line("skew", general(skew));
  line("kurtosis", general(kurtosis));
}

/** Four significant digits as printf's %.4g prints them. */
export function general(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (value === 0) return "0";
  const [digits = "", power = "0"] = value.toExponential(3).split("e");
  const exponent = Number(power);
  const trim = (text: string) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (exponent >= -4 && exponent < 4) return trim(value.toFixed(3 - exponent));
  const sign = exponent < 0 ? "-" : "+";
  return `${trim(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
