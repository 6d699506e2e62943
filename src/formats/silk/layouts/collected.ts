/** What flowcap collected (FLOWCAP) and early rwfilter wrote (RWFILTER): derived from files of SiLK 3.19.1. */
import { ABSENT, counter32, type Layout } from "./layout.js";
import { packedSeconds, protocolOrInitialFlags } from "./packed.js";

/** Packets have 24 bits, in the file's byte order like the rest. */
const packets24 = (at: number) => counter32(`U24(${at})`);

export const FLOWCAP_2: Layout = {
  ...ABSENT,
  length: 30,
  locals: {},
  start: "U32(12)*1000",
  elapsed: "U16(16)*1000",
  sport: "U16(18)",
  dport: "U16(20)",
  proto: "U8(27)",
  flags: "U8(28)",
  packets: packets24(24),
  bytes: counter32("U32(8)"),
  flowtype: "255",
  input: "U8(22)",
  output: "U8(23)",
  addresses: { kind: "ipv4", sip: 0, dip: 4 },
};

/**
 * What versions 3 to 6 share from octet `at`, where packets, protocol and flags stand. The octets of state and
 * milliseconds behind them are never swapped.
 */
function expanded(at: number): Layout {
  return {
    ...FLOWCAP_2,
    locals: { times: `BIG32(${at + 6})` },
    start: "(U32(12)*1000+((times>>>14)&0x3ff))",
    elapsed: "(U16(16)*1000+((times>>>4)&0x3ff))",
    application: "U16(22)",
    proto: `U8(${at + 3})`,
    packets: packets24(at),
    state: `U8(${at + 6})`,
    flags: `(U8(${at + 6})&1?U8(${at + 4})|U8(${at + 5}):U8(${at + 4}))`,
    initial: `(U8(${at + 6})&1?U8(${at + 5}):0)`,
    session: `(U8(${at + 6})&1?U8(${at + 4}):0)`,
  };
}

export const FLOWCAP_3: Layout = { ...expanded(26), length: 36, input: "U8(24)", output: "U8(25)" };

export const FLOWCAP_4: Layout = {
  ...FLOWCAP_3,
  length: 40,
  addresses: { kind: "ipv4", sip: 0, dip: 4, nhip: 36 },
};

export const FLOWCAP_5: Layout = { ...expanded(28), length: 38, input: "U16(24)", output: "U16(26)" };

/** SiLK shows no application of version 6, whatever the file holds. */
export const FLOWCAP_6: Layout = { ...FLOWCAP_5, application: "0" };

/** The packed words start with version 1's, but the time is whole and its place holds the sensor. */
function filter(sensor: string): Layout {
  const packed = packedSeconds(24);
  return {
    ...ABSENT,
    ...packed,
    locals: { ...packed.locals, bpp: "(word1>>>12)" },
    length: 32,
    start: "U32(20)*1000",
    sport: "U16(8)",
    dport: "U16(10)",
    proto: "U8(12)",
    flags: "U8(13)",
    sensor,
    flowtype: "255",
    input: "U8(14)",
    output: "U8(15)",
    addresses: { kind: "ipv4", sip: 0, dip: 4, nhip: 16 },
  };
}

export const FILTER_1 = filter("((word1>>>6)&0x3f)");
export const FILTER_2 = filter("(word1&0xff)");

export const FILTER_3: Layout = {
  ...FILTER_1,
  length: 40,
  locals: {
    word0: "U32(28)",
    word1: "U32(32)",
    pkts: "(word0&0x800?(word0>>>12)*64:word0>>>12)",
    bpp: "(word1>>>12)",
  },
  elapsed: "U32(24)*1000",
  proto: "U8(38)",
  flags: "U8(39)",
  sensor: "U16(36)",
  flowtype: "(word0&0xff)",
  input: "U16(16)",
  output: "U16(18)",
  addresses: { kind: "ipv4", sip: 0, dip: 4, nhip: 12 },
};

/** Versions 4 and 5. */
export const FILTER_4: Layout = {
  ...FILTER_3,
  ...protocolOrInitialFlags("(word0&0x400)", "U8(39)", "U8(43)", "U8(42)"),
  length: 44,
  start: "(U32(20)*1000+(word0&0x3ff))",
  elapsed: "(U32(24)*1000+(word1&0x3ff))",
  flowtype: "U8(38)",
  application: "U16(40)",
  state: "U8(42)",
};
