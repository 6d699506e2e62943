/** Packed formats with application and expanded flags: RWAUGMENTED, its relatives, and RWIPV6 version 2. */
import { ABSENT, type Addresses, counter32, type Layout, splitFlags } from "./layout.js";
import { packedMilliseconds, packedParts, protocolOrInitialFlags, webPorts } from "./packed.js";

const ADDRESSES: Addresses = { kind: "ipv4", sip: 0, dip: 4 };

/** Versions 1 to 3. */
export const AUGMENTED_1: Layout = {
  ...ABSENT,
  ...packedParts(12),
  ...protocolOrInitialFlags("(word2&0x400)", "(word2&0xff)", "U8(27)", "U8(26)"),
  length: 28,
  sport: "U16(8)",
  dport: "U16(10)",
  application: "U16(24)",
  state: "U8(26)",
  addresses: ADDRESSES,
};

export const AUGMENTED_4: Layout = {
  ...ABSENT,
  ...packedMilliseconds(),
  ...protocolOrInitialFlags("(word2&0x400000)", "(word2>>>24)", "U8(13)", "U8(12)"),
  length: 28,
  sport: "U16(16)",
  dport: "U16(18)",
  application: "U16(14)",
  state: "U8(12)",
  addresses: { kind: "ipv4", sip: 20, dip: 24 },
};

/** Counters are unpacked: session flags 8 bits, TCP 1, one of the format 1, start within the hour 22. */
const UNPACKED = {
  ...ABSENT,
  locals: { word0: "U32(0)" },
  start: "(HOUR+(word0&0x3fffff))",
  state: "U8(5)",
  application: "U16(6)",
} as const;

export const AUGMENTED_5: Layout = {
  ...UNPACKED,
  ...protocolOrInitialFlags("(word0&0x800000)", "U8(4)", "(word0>>>24)", "U8(5)"),
  length: 32,
  elapsed: "U32(12)",
  sport: "U16(8)",
  dport: "U16(10)",
  packets: counter32("U32(16)"),
  bytes: counter32("U32(20)"),
  addresses: { kind: "ipv4", sip: 24, dip: 28 },
};

export const IPV6_2: Layout = { ...AUGMENTED_5, length: 56, addresses: { kind: "ipv6", sip: 24, dip: 40 } };

export const AUGROUTING_1: Layout = {
  ...AUGMENTED_1,
  length: 36,
  input: "U16(32)",
  output: "U16(34)",
  addresses: { ...ADDRESSES, nhip: 28 },
};

export const AUGROUTING_4: Layout = {
  ...AUGMENTED_4,
  length: 36,
  input: "U16(20)",
  output: "U16(22)",
  addresses: { kind: "ipv4", sip: 24, dip: 28, nhip: 32 },
};

export const AUGROUTING_5: Layout = {
  ...AUGMENTED_5,
  length: 40,
  input: "U16(36)",
  output: "U16(38)",
  addresses: { ...AUGMENTED_5.addresses, nhip: 32 },
};

export const AUGSNMPOUT_1: Layout = { ...AUGMENTED_1, length: 30, output: "U16(28)" };
export const AUGSNMPOUT_4: Layout = { ...AUGMENTED_4, length: 30, output: "U16(28)" };
export const AUGSNMPOUT_5: Layout = { ...AUGMENTED_5, length: 34, output: "U16(32)" };

export const AUGWEB_1: Layout = {
  ...ABSENT,
  ...packedParts(8),
  ...webPorts("(word2&0x400)", "((word2>>>8)&3)", "U16(20)"),
  ...splitFlags("(word2&0xff)", "U8(25)", "U8(24)"),
  length: 26,
  application: "U16(22)",
  state: "U8(24)",
  addresses: ADDRESSES,
};

export const AUGWEB_4: Layout = {
  ...ABSENT,
  ...packedMilliseconds(),
  ...webPorts("(word2&0x400000)", "((word2>>>20)&3)", "U16(24)"),
  ...splitFlags("(word2>>>24)", "U8(13)", "U8(12)"),
  length: 26,
  application: "U16(14)",
  state: "U8(12)",
  addresses: { kind: "ipv4", sip: 16, dip: 20 },
};

/** The server's port stands in the two upper bits of the duration. */
export const AUGWEB_5: Layout = {
  ...UNPACKED,
  ...webPorts("(word0&0x400000)", "(U32(8)>>>30)", "U16(28)"),
  ...splitFlags("U8(4)", "(word0>>>24)", "U8(5)"),
  length: 30,
  elapsed: "(U32(8)&0x3fffffff)",
  packets: counter32("U32(12)"),
  bytes: counter32("U32(16)"),
  addresses: { kind: "ipv4", sip: 20, dip: 24 },
};
