/** What makes flows members of one group: fields that are equal, and one that may differ a little. */
import { ArgumentError, UsageError } from "../errors.js";
import { number64, type ResultArray } from "./engine.js";
import type { FieldUse, FlowField, Part, PrintStyle } from "./field.js";
import { chooseFlowFields } from "./fields.js";
import { type Origin, oneInteger } from "./values/number.js";

/** Fields that group otherwise than they print: other protocols' ICMP type is 0, types of a class are equal. */
const LIKE_BINS: ReadonlySet<string> = new Set(["iType", "iCode", "class"]);

function useOf({ name }: FlowField): FieldUse {
  return LIKE_BINS.has(name) ? "bin" : "record";
}

/** The parts of a field by which flows are compared. */
export function groupParts(field: FlowField, style: PrintStyle): readonly Part[] {
  return field.parts(useOf(field), style);
}

/** Which value a delta is counted from. */
export type DeltaFrom = "the flow before" | "the first of the group";

/** A field whose value may differ within a group. */
export interface GroupDelta {
  readonly field: FlowField;
  /** Largest difference, in the unit of the field's parts; of an address, low bits that do not count. */
  readonly most: number;
  readonly from: DeltaFrom;
}

const ADDRESSES: ReadonlySet<string> = new Set(["sIP", "dIP", "nhIP"]);

/** Fields in milliseconds, whose deltas are given in seconds. */
const TIMES: ReadonlySet<string> = new Set([...["sTime", "duration", "eTime", "sTime+msec", "dur+msec", "eTime+msec"]]);

const NUMBERS: ReadonlySet<string> = new Set(
  "sPort,dPort,protocol,packets,bytes,in,out,application,iType,iCode".split(","),
);

/** Bits of the longest address. */
const ADDRESS_BITS = 128;

/**
 * The delta of `--delta-field` and `--delta-value`.
 *
 * @throws UsageError in SiLK's words; ArgumentError for a value that is no number
 */
export function groupDelta(name: string, value: string | undefined, from: DeltaFrom): GroupDelta {
  const fields = chooseFlowFields(name, "delta-field");
  const [field, other] = fields;
  if (field === undefined || other !== undefined)
    throw new ArgumentError("delta-field", "Only one field is allowed", "delta-field", name);
  const [isAddress, isTime] = [ADDRESSES.has(field.name), TIMES.has(field.name)];
  if (!isAddress && !isTime && !NUMBERS.has(field.name))
    throw new UsageError(`Invalid delta-field: The field '${field.name}' has no value to take a difference of`);
  if (value === undefined) throw new UsageError("The --delta-value switch is required with --delta-field");
  const origin: Origin = { option: "delta-value", what: "delta-value", given: value };
  const most = oneInteger(value, 0, isAddress ? ADDRESS_BITS : Number.MAX_SAFE_INTEGER, origin);
  return { field, most: isTime ? most * 1000 : most, from };
}

/** Compares rows of a result with the flow, or group, before. */
export class GroupKey {
  /** Which parts are two elements of an array. */
  readonly #wide: readonly boolean[];
  readonly #at: number;
  /** Index of the delta field's first part. */
  readonly #deltaAt: number;
  readonly #delta: GroupDelta | undefined;
  /** Of the words of an address, the bits that count. */
  readonly #masks: readonly number[];
  /** Two numbers a part. */
  readonly #kept: Float64Array;
  readonly #keptDelta = new Float64Array(4);
  readonly #words = new Float64Array(4);
  readonly #wideDelta: boolean;
  #first = true;

  /**
   * @param at index of the first part of the fields among the result's arrays; those of the delta field follow
   * @param deltaPart first part of the delta field
   */
  constructor(parts: readonly Part[], at: number, delta: GroupDelta | undefined, deltaPart: Part | undefined) {
    this.#wide = parts.map(({ type }) => isWide(type));
    this.#at = at;
    this.#deltaAt = at + parts.length;
    this.#delta = delta;
    this.#kept = new Float64Array(2 * parts.length);
    this.#wideDelta = deltaPart !== undefined && isWide(deltaPart.type);
    const bits = delta?.most ?? 0;
    this.#masks = [96, 64, 32, 0].map((below) => lowBitsCleared(bits - below));
  }

  /** Whether row `i` is of another group than the row before. Rows are asked for in order, each once. */
  begins(arrays: readonly ResultArray[], i: number): boolean {
    const begins = this.#first || !this.#isSame(arrays, i) || !this.#isNear(arrays, i);
    if (begins) this.#keep(arrays, i);
    if (this.#delta !== undefined && (begins || this.#delta.from === "the flow before")) this.#keepDelta(arrays, i);
    this.#first = false;
    return begins;
  }

  #isSame(arrays: readonly ResultArray[], i: number): boolean {
    for (let k = 0; k < this.#wide.length; k++) {
      const array = arrays[this.#at + k]!;
      if (this.#wide[k]) {
        if (array[2 * i] !== this.#kept[2 * k] || array[2 * i + 1] !== this.#kept[2 * k + 1]) return false;
      } else if (array[i] !== this.#kept[2 * k]) return false;
    }
    return true;
  }

  #keep(arrays: readonly ResultArray[], i: number): void {
    for (let k = 0; k < this.#wide.length; k++) {
      const array = arrays[this.#at + k]!;
      this.#kept[2 * k] = this.#wide[k] ? array[2 * i]! : array[i]!;
      if (this.#wide[k]) this.#kept[2 * k + 1] = array[2 * i + 1]!;
    }
  }

  #isNear(arrays: readonly ResultArray[], i: number): boolean {
    if (this.#delta === undefined) return true;
    this.#readDelta(arrays, i);
    if (!ADDRESSES.has(this.#delta.field.name))
      return Math.abs(this.#words[0]! - this.#keptDelta[0]!) <= this.#delta.most;
    return this.#words.every((word, k) => word === this.#keptDelta[k]);
  }

  #keepDelta(arrays: readonly ResultArray[], i: number): void {
    this.#readDelta(arrays, i);
    this.#keptDelta.set(this.#words);
  }

  /** The delta field's value of row `i`: one number, or the words of an address without the bits that do not count. */
  #readDelta(arrays: readonly ResultArray[], i: number): void {
    const words = this.#words;
    const array = arrays[this.#deltaAt]!;
    if (!ADDRESSES.has(this.#delta!.field.name)) {
      words[0] = this.#wideDelta ? number64(array, i) : array[i]!;
      return;
    }
    const lo = arrays[this.#deltaAt + 1]!;
    const address = [array[2 * i + 1]!, array[2 * i]!, lo[2 * i + 1]!, lo[2 * i]!];
    for (let k = 0; k < 4; k++) words[k] = (address[k]! & this.#masks[k]!) >>> 0;
  }
}

/** Whether values of a type are two elements of an array. */
function isWide(type: Part["type"]): boolean {
  return type === "BIGINT" || type === "UBIGINT" || type === "TIMESTAMPTZ";
}

/** A word's mask without its low `bits`, which may be below 0 or above 32. */
function lowBitsCleared(bits: number): number {
  return bits <= 0 ? 0xffff_ffff : bits >= 32 ? 0 : (0xffff_ffff << bits) >>> 0;
}
