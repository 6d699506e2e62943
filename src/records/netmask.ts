/** rwnetmask: the host parts of addresses set to zero. */
import type { Arguments, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { type Ipv6Policy, ipv6Policy } from "../query/print_style.js";
import { oneInteger } from "../query/values/number.js";
import { type FlowColumns, MAPPED_IPV4 } from "../record/columns.js";
import { gatherRows } from "./gather_rows.js";
import type { ChangeRows } from "./transform.js";

const ADDRESSES = ["sip", "dip", "nhip"] as const;
type Address = (typeof ADDRESSES)[number];

const NOUNS: Readonly<Record<Address, string>> = {
  sip: "source addresses",
  dip: "destination addresses",
  nhip: "next hop addresses",
};

export const PREFIX_SWITCHES: readonly Switch[] = [
  ...([4, 6] as const).flatMap((version) =>
    ADDRESSES.map((address) => ({
      name: `${version}${address}-prefix-length`,
      argument: "N",
      group: "Prefixes",
      help: `Keep the first N bits of IPv${version} ${NOUNS[address]}`,
    })),
  ),
  ...ADDRESSES.map((address) => ({
    name: `${address}-prefix-length`,
    argument: "N",
    group: "Prefixes",
    help: `The same as --4${address}-prefix-length`,
    legacy: true as const,
  })),
];

/** Bits kept of one address; undefined for all. */
interface Prefixes {
  readonly address: Address;
  readonly ipv4: number | undefined;
  readonly ipv6: number | undefined;
}

/**
 * What the switches do to rows.
 *
 * @throws UsageError when no prefix is given; ArgumentError when one is too long
 */
export function netmask(args: Arguments): ChangeRows {
  const prefixes = ADDRESSES.map((address): Prefixes => {
    const old = prefix(args, `${address}-prefix-length`, 32);
    return {
      address,
      ipv4: prefix(args, `4${address}-prefix-length`, 32) ?? old,
      ipv6: prefix(args, `6${address}-prefix-length`, 128),
    };
  }).filter(({ ipv4, ipv6 }) => ipv4 !== undefined || ipv6 !== undefined);
  if (prefixes.length === 0) throw new UsageError("Must specify at least one prefix length");
  const policy = ipv6Policy(args);
  const masks = prefixes.map((each) => ({ address: each.address, mask: maskOf(each, policy) }));
  const indexes = new Int32Array(1 << 16);
  return (rows) => {
    keepByPolicy(rows, policy, indexes);
    for (const { address, mask } of masks) {
      const hi = rows.arrays[`${address}_hi`]!;
      const lo = rows.arrays[`${address}_lo`]!;
      for (let j = 0; j < 2 * rows.count; j += 2) mask(hi, lo, j);
    }
  };
}

function prefix(args: Arguments, option: string, most: number): number | undefined {
  const given = args.value(option);
  return given === undefined ? undefined : oneInteger(given, 0, most, { option, what: option, given });
}

/** The upper `bits` of a word, which may be below 0 or above 32. */
function wordMask(bits: number): number {
  return bits <= 0 ? 0 : bits >= 32 ? 0xffff_ffff : (0xffff_ffff << (32 - bits)) >>> 0;
}

/** Masks the address whose halves begin at element `j`. */
function maskOf(
  { ipv4 = 32, ipv6 = 128 }: Prefixes,
  policy: Ipv6Policy,
): (hi: Uint32Array, lo: Uint32Array, j: number) => void {
  const mask4 = wordMask(ipv4);
  const [a, b, c, d] = [0, 32, 64, 96].map((before) => wordMask(ipv6 - before)) as [number, number, number, number];
  return (hi, lo, j) => {
    if (policy !== "force" && lo[j + 1] === MAPPED_IPV4 && hi[j] === 0 && hi[j + 1] === 0) {
      lo[j]! &= mask4;
      return;
    }
    hi[j + 1]! &= a;
    hi[j]! &= b;
    lo[j + 1]! &= c;
    lo[j]! &= d;
  };
}

/** Leaves out the flows that the policy does. */
export function keepByPolicy(rows: FlowColumns, policy: Ipv6Policy, indexes: Int32Array): void {
  if (policy === "mix" || policy === "force") return;
  const wanted = policy === "only" ? "ipv6" : "ipv4";
  let count = 0;
  for (let i = 0; i < rows.count; i++) if (versionOf(rows, i) === wanted) indexes[count++] = i;
  gatherRows(rows, indexes, count, rows);
}

function versionOf({ arrays: { sip_hi, sip_lo, dip_hi, dip_lo } }: FlowColumns, i: number): "ipv4" | "ipv6" {
  const j = 2 * i;
  const mapped = sip_lo![j + 1] === MAPPED_IPV4 && dip_lo![j + 1] === MAPPED_IPV4;
  return mapped && (sip_hi![j]! | sip_hi![j + 1]! | dip_hi![j]! | dip_hi![j + 1]!) === 0 ? "ipv4" : "ipv6";
}
