/** Formats that hold every value unpacked: RWGENERIC, RWIPV6ROUTING and RWIPV6 version 1. */
import { ABSENT, counter32, type Layout } from "./layout.js";

/** What the formats with times in milliseconds have in common up to octet 26. */
const NEW = {
  locals: {},
  start: "(SIGNED_HIGH(0)*4294967296+LOW(0))",
  elapsed: "U32(8)",
  sport: "U16(12)",
  dport: "U16(14)",
  proto: "U8(16)",
  flowtype: "U8(17)",
  sensor: "U16(18)",
  flags: "U8(20)",
  initial: "(U8(23)&1?U8(21):0)",
  session: "(U8(23)&1?U8(22):0)",
  state: "U8(23)",
  application: "U16(24)",
} as const;

const NEW_32 = {
  ...NEW,
  input: "U16(28)",
  output: "U16(30)",
  packets: counter32("U32(32)"),
  bytes: counter32("U32(36)"),
};

export const GENERIC_5: Layout = {
  ...NEW_32,
  length: 52,
  addresses: { kind: "ipv4", sip: 40, dip: 44, nhip: 48 },
};

export const IPV6ROUTING_1: Layout = {
  ...NEW_32,
  length: 88,
  addresses: { kind: "ipv6", sip: 40, dip: 56, nhip: 72 },
};

/** SiLK shows no application of version 2, whatever the file holds. */
export const IPV6ROUTING_2: Layout = { ...IPV6ROUTING_1, application: "0" };

export const IPV6ROUTING_3: Layout = {
  ...NEW,
  length: 100,
  input: "U32(28)",
  output: "U32(96)",
  packets: { low: "LOW(32)", high: "HIGH(32)" },
  bytes: { low: "LOW(40)", high: "HIGH(40)" },
  addresses: { kind: "ipv6", sip: 48, dip: 64, nhip: 80 },
};

export const IPV6_1: Layout = {
  ...NEW,
  length: 68,
  input: "0",
  output: "0",
  packets: counter32("U32(28)"),
  bytes: counter32("U32(32)"),
  addresses: { kind: "ipv6", sip: 36, dip: 52 },
};

/** Times in whole seconds, interfaces and sensor in one octet each. */
export const GENERIC_0: Layout = {
  ...ABSENT,
  length: 40,
  locals: {},
  start: "U32(20)*1000",
  elapsed: "U32(32)*1000",
  sport: "U16(8)",
  dport: "U16(10)",
  proto: "U8(12)",
  flags: "U8(13)",
  packets: counter32("U32(24)"),
  bytes: counter32("U32(28)"),
  sensor: "U8(36)",
  flowtype: "255",
  input: "U8(14)",
  output: "U8(15)",
  addresses: { kind: "ipv4", sip: 0, dip: 4, nhip: 16 },
};

/** Version 0 without its padding. */
export const GENERIC_1: Layout = { ...GENERIC_0, length: 37 };

export const GENERIC_2: Layout = {
  length: 48,
  locals: {},
  start: "U32(20)*1000",
  elapsed: "U32(24)*1000",
  sport: "U16(8)",
  dport: "U16(10)",
  proto: "U8(36)",
  flags: "U8(40)",
  initial: "(U8(43)&1?U8(41):0)",
  session: "(U8(43)&1?U8(42):0)",
  state: "U8(43)",
  application: "0",
  packets: counter32("U32(28)"),
  bytes: counter32("U32(32)"),
  sensor: "U16(38)",
  flowtype: "U8(37)",
  input: "U16(16)",
  output: "U16(18)",
  addresses: { kind: "ipv4", sip: 0, dip: 4, nhip: 12 },
};

/** Versions 3 and 4 add the milliseconds of both times, and the application. */
export const GENERIC_3: Layout = {
  ...GENERIC_2,
  length: 56,
  start: "(U32(20)*1000+U16(48))",
  elapsed: "(U32(24)*1000+U16(50))",
  application: "U16(52)",
};
