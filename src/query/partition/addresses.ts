/** Conditions on addresses: CIDR blocks and wildcards. */
import { type AddressRange, cidrList } from "../values/address_range.js";
import { all, any, not } from "./condition.js";
import type { Alternatives, PartitionSwitch } from "./switch.js";

const HALF = 0xffff_ffff_ffff_ffffn;

const number = (value: bigint) => `${value}::UBIGINT`;

/** `column` (its two halves) within a range. */
function inRange(column: string, { low, high }: AddressRange): string {
  const [lowHi, lowLo, highHi, highLo] = [low >> 64n, low & HALF, high >> 64n, high & HALF];
  if (lowHi === highHi) {
    const upper = `${column}_hi = ${number(lowHi)}`;
    if (lowLo === 0n && highLo === HALF) return upper;
    if (lowLo === highLo) return all([upper, `${column}_lo = ${number(lowLo)}`]);
    return all([upper, `${column}_lo BETWEEN ${number(lowLo)} AND ${number(highLo)}`]);
  }
  if (lowLo === 0n && highLo === HALF) return `${column}_hi BETWEEN ${number(lowHi)} AND ${number(highHi)}`;
  return any([
    all([`${column}_hi > ${number(lowHi)}`, `${column}_hi < ${number(highHi)}`]),
    all([`${column}_hi = ${number(lowHi)}`, `${column}_lo >= ${number(lowLo)}`]),
    all([`${column}_hi = ${number(highHi)}`, `${column}_lo <= ${number(highLo)}`]),
  ]);
}

/** `column` within one of the ranges. */
export function inRanges(column: string, ranges: readonly AddressRange[]): string {
  return any(ranges.map((range) => inRange(column, range)));
}

/** A row of the table for each address of a record: which columns a switch looks at. */
export const ADDRESS_COLUMNS = [
  { prefix: "s", what: "Source address", columns: ["sip"] },
  { prefix: "d", what: "Destination address", columns: ["dip"] },
  { prefix: "any", what: "Source or destination address", columns: ["sip", "dip"] },
  { prefix: "nh", what: "Next hop address", columns: ["nhip"] },
] as const;

/** A switch and its opposite `--not-NAME`. */
export function withOpposite(positive: PartitionSwitch): readonly PartitionSwitch[] {
  return [
    positive,
    {
      ...positive,
      name: `not-${positive.name}`,
      help: `${positive.help.replace(" is in ", " is not in ")}`,
      condition: (given, context) => not(positive.condition(given, context)),
      alternatives: () => undefined,
    },
  ];
}

/** Addresses up to which a condition on them counts as narrow: a /16 of IPv4. */
const NARROW = 1n << 16n;

/** Conditions on source and destination, when both are asked for and the addresses are few. */
export function narrowAlternatives(
  columns: readonly string[],
  addresses: bigint,
  condition: (column: string) => string,
): Alternatives | undefined {
  const [first, second] = columns;
  if (first === undefined || second === undefined || addresses > NARROW) return undefined;
  return [condition(first), condition(second)];
}

const CIDR_NAMES = { s: "scidr", d: "dcidr", any: "any-cidr", nh: "nhcidr" } as const;

export const CIDR_SWITCHES: readonly PartitionSwitch[] = ADDRESS_COLUMNS.flatMap(({ prefix, what, columns }) =>
  withOpposite({
    name: CIDR_NAMES[prefix],
    argument: "LIST",
    group: "Partitioning",
    help: `${what} is in LIST of addresses and CIDR blocks`,
    condition(given) {
      const ranges = cidrList(given, CIDR_NAMES[prefix]);
      return any(columns.map((column) => inRanges(column, ranges)));
    },
    alternatives(given) {
      const ranges = cidrList(given, CIDR_NAMES[prefix]);
      const addresses = ranges.reduce((sum, { low, high }) => sum + high - low + 1n, 0n);
      return narrowAlternatives(columns, addresses, (column) => inRanges(column, ranges));
    },
  }),
);
