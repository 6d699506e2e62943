/** The words into which the packed formats press times and counters. */
import { type Counter, counter32, counterNumber, type Layout } from "./layout.js";

type Packed = Pick<Layout, "start" | "elapsed" | "packets" | "bytes"> & {
  readonly locals: Readonly<Record<string, string>>;
};

/** Packets of 20 bits; with the flag they were divided by 64 before. */
const packetsOf = (stored: string, divided: string) => `(${divided}?(${stored})*64:${stored})`;

/** Octets from octets a packet, which has six bits behind the point. */
const BYTES = "(pkts*(bpp>>>6)+Math.round(pkts*(bpp&63)/64))";

const COUNTERS: { readonly packets: Counter; readonly bytes: Counter } = {
  packets: counter32("pkts"),
  bytes: counterNumber(BYTES),
};

/**
 * Whole seconds, at octet `at`: packets 20 bits, duration 11, packets divided 1; start within the hour 12, octets a
 * packet 20.
 */
export function packedSeconds(at: number): Packed {
  return {
    locals: {
      word0: `U32(${at})`,
      word1: `U32(${at + 4})`,
      pkts: packetsOf("word0>>>12", "word0&1"),
      bpp: "(word1&0xfffff)",
    },
    start: "(HOUR+(word1>>>20)*1000)",
    elapsed: "((word0>>>1)&0x7ff)*1000",
    ...COUNTERS,
  };
}

/**
 * Seconds and milliseconds apart, at octet `at`: packets 20, start 12; octets a packet 20, duration 12; milliseconds of
 * start 10, of duration 10, then the bits of `word2` that the format gives meaning: packets divided 0x800.
 */
export function packedParts(at: number): Packed {
  return {
    locals: {
      word0: `U32(${at})`,
      word1: `U32(${at + 4})`,
      word2: `U32(${at + 8})`,
      pkts: packetsOf("word0>>>12", "word2&0x800"),
      bpp: "(word1>>>12)",
    },
    start: "(HOUR+(word0&0xfff)*1000+(word2>>>22))",
    elapsed: "((word1&0xfff)*1000+((word2>>>12)&0x3ff))",
    ...COUNTERS,
  };
}

/**
 * Milliseconds, at octet 0: start 22, octets a packet 10 and 10 more, duration 22; then `word2`: flags or protocol 8,
 * packets divided 1 (0x800000), three bits of the format, packets 20.
 */
export function packedMilliseconds(): Packed {
  return {
    locals: {
      word0: "U32(0)",
      word1: "U32(4)",
      word2: "U32(8)",
      pkts: packetsOf("(word2&0xfffff)", "word2&0x800000"),
      bpp: "(((word0&0x3ff)<<10)|(word1>>>22))",
    },
    start: "(HOUR+(word0>>>10))",
    elapsed: "(word1&0x3fffff)",
    ...COUNTERS,
  };
}

/** Ports of the web formats: the server's is 80, 443, 8080 or not known, the client's is stored. */
export function webPorts(sourceIsServer: string, server: string, client: string) {
  const port = `WEB_PORT[${server}]`;
  return { sport: `(${sourceIsServer}?${port}:${client})`, dport: `(${sourceIsServer}?${client}:${port})`, proto: "6" };
}

/** Protocol and flags where one octet holds the protocol, or the flags of TCP. */
export function protocolOrFlags(isTcp: string, octet: string) {
  return { proto: `(${isTcp}?6:${octet})`, flags: `(${isTcp}?${octet}:0)` };
}

/** The same where `rest` holds the session flags of TCP, or all flags of other protocols. */
export function protocolOrInitialFlags(isTcp: string, octet: string, rest: string, state: string) {
  return {
    proto: `(${isTcp}?6:${octet})`,
    flags: `(${isTcp}?(${state}&1?${octet}|${rest}:${octet}):${rest})`,
    initial: `(${isTcp}&&${state}&1?${octet}:0)`,
    session: `(${isTcp}&&${state}&1?${rest}:0)`,
  };
}
