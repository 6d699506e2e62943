/**
 * How the records of one format and version lie in a file. Values are expressions of source text from which the reader
 * is generated; U8(n), U16(n), U24(n) and U32(n) read at octet n of the record in the file's byte order, BIG32(n) big-endian; LOW(n), HIGH(n) and
 * SIGNED_HIGH(n) the halves of the 64-bit number at n.
 */
export interface Layout {
  /** Octets of a record. */
  readonly length: number;
  /** Values that others are computed from, by name, in order. */
  readonly locals: Readonly<Record<string, string>>;
  /** Milliseconds since 1970; HOUR is the start of the file's hour. */
  readonly start: string;
  /** Milliseconds. */
  readonly elapsed: string;
  readonly sport: string;
  readonly dport: string;
  readonly proto: string;
  readonly packets: Counter;
  readonly bytes: Counter;
  readonly flags: string;
  readonly initial: string;
  readonly session: string;
  /** SiLK's octet of TCP state: bits of TCP_STATE. */
  readonly state: string;
  readonly application: string;
  /** SENSOR and FLOWTYPE are those of the packed-file header entry. */
  readonly sensor: string;
  readonly flowtype: string;
  readonly input: string;
  readonly output: string;
  readonly addresses: Addresses;
}

/** Expressions of the two halves of a counter. */
export interface Counter {
  readonly low: string;
  readonly high: string;
}

/**
 * Octets at which addresses stand: `ipv4` in the file's byte order, `ipv6` 16 octets in network order of which the last
 * four are an IPv4 address unless the state has the bit ipv6. Without `nhip` the next hop is 0.0.0.0.
 */
export interface Addresses {
  readonly kind: "ipv4" | "ipv6";
  readonly sip: number;
  readonly dip: number;
  readonly nhip?: number;
}

/** Bits of the octet of TCP state. */
export const TCP_STATE = {
  /** Initial and session flags are valid. */
  expanded: 0x01,
  packetsAfterFin: 0x08,
  uniformSize: 0x10,
  timeoutKilled: 0x20,
  timeoutStarted: 0x40,
  ipv6: 0x80,
} as const;

/** A counter of 32 bits. */
export function counter32(expression: string): Counter {
  return { low: expression, high: "0" };
}

/** A computed counter that may exceed 32 bits. */
export function counterNumber(expression: string): Counter {
  return { low: expression, high: `${expression}/4294967296` };
}

/** What formats have that lack the newer fields. */
export const ABSENT = {
  initial: "0",
  session: "0",
  state: "0",
  application: "0",
  sensor: "SENSOR",
  flowtype: "FLOWTYPE",
  input: "0",
  output: "0",
} as const;

/** Expressions of flags where `first` holds the initial flags of expanded records and all flags of others. */
export function splitFlags(first: string, rest: string, state: string): Pick<Layout, "flags" | "initial" | "session"> {
  return {
    flags: `(${state}&1?${first}|${rest}:${first})`,
    initial: `(${state}&1?${first}:0)`,
    session: `(${state}&1?${rest}:0)`,
  };
}
