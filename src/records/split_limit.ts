/** When a subfile of rwsplit is full. */
import type { Arguments, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { oneInteger } from "../query/values/number.js";
import { type FlowColumns, MAPPED_IPV4 } from "../record/columns.js";

/** Counts what is in a subfile. */
interface SplitMeasure {
  /** Counts row `i`; returns the sum so far. */
  add(rows: FlowColumns, i: number): number;
  reset(): void;
}

class Sum implements SplitMeasure {
  #sum = 0;
  readonly #of: (rows: FlowColumns, i: number) => number;

  constructor(of: (rows: FlowColumns, i: number) => number) {
    this.#of = of;
  }

  add(rows: FlowColumns, i: number): number {
    this.#sum += this.#of(rows, i);
    return this.#sum;
  }

  reset(): void {
    this.#sum = 0;
  }
}

/** Members of a Set are at most 2^24: addresses are spread over many. */
const PARTS = 256;

/** Different source and destination addresses. */
class Addresses implements SplitMeasure {
  #seen: Set<number | string>[] = [];
  #count = 0;

  constructor() {
    this.reset();
  }

  add({ arrays }: FlowColumns, i: number): number {
    this.#addOne(arrays.sip_hi!, arrays.sip_lo!, i);
    this.#addOne(arrays.dip_hi!, arrays.dip_lo!, i);
    return this.#count;
  }

  #addOne(hi: Uint32Array, lo: Uint32Array, i: number): void {
    const low = lo[2 * i]!;
    const isIpv4 = lo[2 * i + 1] === MAPPED_IPV4 && hi[2 * i] === 0 && hi[2 * i + 1] === 0;
    const key = isIpv4 ? low : `${hi[2 * i + 1]}:${hi[2 * i]}:${lo[2 * i + 1]}:${low}`;
    const seen = this.#seen[(low ^ (low >>> 8)) % PARTS] ?? this.#seen[0]!;
    const before = seen.size;
    seen.add(key);
    this.#count += seen.size - before;
  }

  reset(): void {
    this.#seen = Array.from({ length: PARTS }, () => new Set());
    this.#count = 0;
  }
}

const wide = (array: Uint32Array, i: number) => array[2 * i]! + array[2 * i + 1]! * 4294967296;

const MEASURES: Readonly<Record<string, () => SplitMeasure>> = {
  "ip-limit": () => new Addresses(),
  "flow-limit": () => new Sum(() => 1),
  "packet-limit": () => new Sum(({ arrays }, i) => wide(arrays.packets!, i)),
  "byte-limit": () => new Sum(({ arrays }, i) => wide(arrays.bytes!, i)),
};

const limitSwitch = (name: string, what: string): Switch => ({
  name,
  argument: "N",
  group: "Splitting",
  help: `Begin another file when one has N ${what} or more`,
});

export const LIMIT_SWITCHES: readonly Switch[] = [
  limitSwitch("ip-limit", "different source and destination addresses"),
  limitSwitch("flow-limit", "flows"),
  limitSwitch("packet-limit", "packets"),
  limitSwitch("byte-limit", "octets"),
];

export class SplitLimit {
  readonly #limit: number;
  readonly #measure: SplitMeasure;

  /** @throws UsageError when not exactly one limit is given; ArgumentError when it is no number above 0 */
  constructor(args: Arguments) {
    const [option, ...others] = Object.keys(MEASURES).filter((name) => args.flag(name));
    if (option === undefined || others.length > 0)
      throw new UsageError("Must specify exactly one of --ip-limit, --flow-limit, --packet-limit, --byte-limit");
    const given = args.value(option)!;
    this.#limit = oneInteger(given, 1, Number.MAX_SAFE_INTEGER, { option, what: option, given });
    this.#measure = MEASURES[option]!();
  }

  /** Counts a row of the current file; whether that is full then. */
  add(rows: FlowColumns, i: number): "full" | "open" {
    if (this.#measure.add(rows, i) < this.#limit) return "open";
    this.#measure.reset();
    return "full";
  }
}
