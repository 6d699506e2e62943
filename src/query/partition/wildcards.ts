/** Conditions on addresses by SiLK's wildcards. */
import type { IpWildcard, Runs } from "../../sets/wildcard.js";
import { parseWildcard } from "../../sets/wildcard.js";
import { argument } from "../values/argument.js";
import { ADDRESS_COLUMNS, narrowAlternatives, withOpposite } from "./addresses.js";
import { all, any, within } from "./condition.js";
import type { PartitionSwitch } from "./switch.js";

const isAny = (runs: Runs) => runs.length === 1 && runs[0]![0] === 0 && runs[0]![1] === 0xffff;

/** Numbers of four groups of 16 bits, most significant first, when the first groups are single numbers. */
function prefixBounds(groups: readonly Runs[]): { readonly low: bigint; readonly high: bigint } {
  let low = 0n;
  let high = 0n;
  let open = false;
  for (const runs of groups) {
    const [first, last] = open ? [0, 0xffff] : [runs[0]![0], runs.at(-1)![1]];
    low = (low << 16n) | BigInt(first);
    high = (high << 16n) | BigInt(last);
    if (first !== last) open = true;
  }
  return { low, high };
}

/** One half of an address matches four groups. The bounds let the engine skip what is far away. */
function halfMatches(column: string, groups: readonly Runs[]): string {
  if (groups.every(isAny)) return "true";
  const { low, high } = prefixBounds(groups);
  const conditions = [
    low === high ? `${column} = ${low}::UBIGINT` : `${column} BETWEEN ${low}::UBIGINT AND ${high}::UBIGINT`,
  ];
  groups.forEach((runs, k) => {
    if (isAny(runs) || (runs.length === 1 && runs[0]![0] === runs[0]![1] && k === 0)) return;
    const ranges = runs.map(([first, last]) => ({ low: first, high: last }));
    conditions.push(within(`((${column} >> ${48 - 16 * k}) & 65535)`, ranges));
  });
  return all(conditions);
}

function matches(column: string, { groups }: IpWildcard): string {
  const halves = [halfMatches(`${column}_hi`, groups.slice(0, 4)), halfMatches(`${column}_lo`, groups.slice(4))];
  return all(halves.filter((each) => each !== "true"));
}

const NAMES = { s: "saddress", d: "daddress", any: "any-address", nh: "next-hop-id" } as const;

export const WILDCARD_SWITCHES: readonly PartitionSwitch[] = ADDRESS_COLUMNS.flatMap(({ prefix, what, columns }) =>
  withOpposite({
    name: NAMES[prefix],
    argument: "WILDCARD",
    group: "Partitioning",
    help: `${what} is in WILDCARD: 10.x.1-3,9.0-127, 2001:db8::x, an address or a CIDR block`,
    condition(given) {
      const wildcard = argument(() => parseWildcard(given), NAMES[prefix], given);
      return any(columns.map((column) => matches(column, wildcard)));
    },
    alternatives(given) {
      const wildcard = argument(() => parseWildcard(given), NAMES[prefix], given);
      return narrowAlternatives(columns, wildcard.countBelow(1n << 128n), (column) => matches(column, wildcard));
    },
  }),
);
