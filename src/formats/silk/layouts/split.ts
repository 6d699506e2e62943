/** The packed formats of before the application label: RWSPLIT, RWNOTROUTED, RWROUTED and RWWWW. */
import { ABSENT, type Addresses, type Layout } from "./layout.js";
import { packedMilliseconds, packedParts, packedSeconds, protocolOrFlags, webPorts } from "./packed.js";

/** Routers' interfaces and next hop, where a format has them. */
interface Routing {
  readonly input?: string;
  readonly output?: string;
  readonly nhip?: number;
}

function routed({ input, output }: Routing) {
  return { ...ABSENT, input: input ?? "0", output: output ?? "0" };
}

function addresses(sip: number, dip: number, { nhip }: Routing): Addresses {
  return { kind: "ipv4", sip, dip, ...(nhip === undefined ? {} : { nhip }) };
}

/** Versions 1 and 2; `ports` is where the ports stand, before the packed words. */
function seconds(length: number, ports: number, routing: Routing): Layout {
  return {
    ...routed(routing),
    ...packedSeconds(ports + 4),
    length,
    sport: `U16(${ports})`,
    dport: `U16(${ports + 2})`,
    proto: `U8(${ports + 12})`,
    flags: `U8(${ports + 13})`,
    addresses: addresses(0, 4, routing),
  };
}

/** Versions 3 and 4. */
function parts(length: number, routing: Routing): Layout {
  return {
    ...routed(routing),
    ...packedParts(12),
    ...protocolOrFlags("(word2&0x400)", "(word2&0xff)"),
    length,
    sport: "U16(8)",
    dport: "U16(10)",
    addresses: addresses(0, 4, routing),
  };
}

/** Version 5; `sip` is where the addresses stand. */
function milliseconds(length: number, sip: number, routing: Routing): Layout {
  return {
    ...routed(routing),
    ...packedMilliseconds(),
    ...protocolOrFlags("(word2&0x400000)", "(word2>>>24)"),
    length,
    sport: "U16(12)",
    dport: "U16(14)",
    addresses: addresses(sip, sip + 4, routing),
  };
}

export const SPLIT_1 = seconds(22, 8, {});
export const SPLIT_3 = parts(24, {});
export const SPLIT_5 = milliseconds(24, 16, {});

export const NOTROUTED_1 = seconds(23, 8, { input: "U8(22)" });
export const NOTROUTED_3 = parts(26, { input: "U16(24)" });
export const NOTROUTED_5 = milliseconds(26, 16, { input: "U16(24)" });

export const ROUTED_1 = seconds(28, 12, { input: "U8(26)", output: "U8(27)", nhip: 8 });
export const ROUTED_3 = parts(32, { input: "U16(28)", output: "U16(30)", nhip: 24 });
export const ROUTED_5 = milliseconds(32, 20, { input: "U16(16)", output: "U16(18)", nhip: 28 });

const WEB = { ...ABSENT, addresses: { kind: "ipv4", sip: 0, dip: 4 } } as const;

/** One octet has the source-is-server bit and six flags, the next the server's port in its two upper bits. */
export const WWW_1: Layout = {
  ...WEB,
  ...packedSeconds(8),
  ...webPorts("(U8(18)&0x80)", "(U8(19)>>>6)", "U16(16)"),
  length: 20,
  flags: "(U8(18)&0x3f)",
};

export const WWW_3: Layout = {
  ...WEB,
  ...packedParts(8),
  ...webPorts("(word2&0x400)", "((word2>>>8)&3)", "U16(20)"),
  length: 22,
  flags: "(word2&0xff)",
};

export const WWW_5: Layout = {
  ...ABSENT,
  ...packedMilliseconds(),
  ...webPorts("(word2&0x400000)", "((word2>>>20)&3)", "U16(20)"),
  length: 22,
  flags: "(word2>>>24)",
  addresses: { kind: "ipv4", sip: 12, dip: 16 },
};
