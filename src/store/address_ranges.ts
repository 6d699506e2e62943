/** Sets of addresses as ranges, and their condition in SQL. */
import { any } from "../query/partition/condition.js";
import type { AddressWords } from "../text/parse_address.js";

/** First and last address, 32 hexadecimal digits each, IPv4 as ::ffff:a.b.c.d: fit for JSON and for comparing. */
export type AddressRange = readonly [first: string, last: string];

const WHOLE_HALF = "ffffffffffffffff";

/** The range of a block. `bits` count within 128: 96 more than an IPv4 prefix. */
export function blockRange(words: AddressWords, bits: number): AddressRange {
  const address = words.reduce((value, word) => (value << 32n) | BigInt(word), 0n);
  const host = (1n << BigInt(128 - bits)) - 1n;
  const hex = (value: bigint) => value.toString(16).padStart(32, "0");
  return [hex(address & ~host), hex(address | host)];
}

/** Condition that `sip` or `dip` lies in one of the ranges. */
export function addressCondition(address: "sip" | "dip", ranges: readonly AddressRange[]): string {
  const byUpperHalf = new Map<string, string[]>();
  const wide: string[] = [];
  for (const [first, last] of ranges) {
    const upper = first.slice(0, 16);
    if (upper === last.slice(0, 16)) {
      const lower = byUpperHalf.get(upper) ?? [];
      lower.push(between(`${address}_lo`, first.slice(16), last.slice(16)));
      byUpperHalf.set(upper, lower);
    } else wide.push(wideRange(address, first, last));
  }
  const narrow = [...byUpperHalf].map(([upper, lower]) => `(${address}_hi = ${number(upper)} AND ${any(lower)})`);
  return any([...narrow, ...wide]);
}

function wideRange(address: string, first: string, last: string): string {
  const [firstHi, lastHi] = [first.slice(0, 16), last.slice(0, 16)];
  if (/^0+$/.test(first.slice(16)) && last.slice(16) === WHOLE_HALF) return between(`${address}_hi`, firstHi, lastHi);
  const [hi, lo] = [`${address}_hi`, `${address}_lo`];
  return (
    `((${hi} > ${number(firstHi)} OR (${hi} = ${number(firstHi)} AND ${lo} >= ${number(first.slice(16))})) AND ` +
    `(${hi} < ${number(lastHi)} OR (${hi} = ${number(lastHi)} AND ${lo} <= ${number(last.slice(16))})))`
  );
}

function between(column: string, first: string, last: string): string {
  return first === last ? `${column} = ${number(first)}` : `${column} BETWEEN ${number(first)} AND ${number(last)}`;
}

function number(hex: string): string {
  return `${BigInt(`0x${hex}`)}::UBIGINT`;
}
