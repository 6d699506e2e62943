/** tshark as an oracle of header decoding: what it says of the outermost or innermost IP packet of each frame. */

import { execFile, spawnSync } from "node:child_process";
import type { TestFn } from "ava";
import type { Summary } from "./summaries.js";

const FIELDS = [
  "frame.protocols",
  "ip.src",
  "ip.dst",
  "ip.proto",
  "ip.len",
  "ip.ttl",
  "ip.dsfield",
  "ipv6.src",
  "ipv6.dst",
  "ipv6.plen",
  "ipv6.hlim",
  "tcp.srcport",
  "tcp.dstport",
  "tcp.flags",
  "tcp.seq_raw",
  "udp.srcport",
  "udp.dstport",
  "sctp.srcport",
  "sctp.dstport",
  "icmp.type",
  "icmp.code",
  "icmpv6.type",
  "icmpv6.code",
  "vlan.id",
] as const;

/** Each frame's values by field, in the order in which the headers hold them. */
type Dissection = Readonly<Record<(typeof FIELDS)[number], readonly string[]>>;

/** What a summary must equal; a field that is absent is one that tshark does not tell. */
export interface Expectation extends Partial<Omit<Summary, "tcpSequence">> {
  readonly tcpSequence?: number;
  /** type << 8 | code of an ICMP message, the low half of tcpSequence. */
  readonly icmpTypeCode?: number;
}

/** Which of nested IP headers is compared. */
export type Level = "outermost" | "innermost";

/** `test` where Wireshark's tools are installed; elsewhere a test that skips, after saying so on standard error. */
export function testWithTshark(test: TestFn | TestFn["skip"]): TestFn | TestFn["skip"] {
  const installed =
    spawnSync("tshark", ["--version"]).status === 0 && spawnSync("mergecap", ["--version"]).status === 0;
  if (installed || !("skip" in test)) return test;
  process.stderr.write("\n*** SKIPPED: tshark and mergecap are missing, so headers are not compared with them ***\n\n");
  return test.skip;
}

function split(line: string): Dissection {
  const columns = line.split("|").map((column) => (column === "" ? [] : column.split(",")));
  return Object.fromEntries(FIELDS.map((field, index) => [field, columns[index] ?? []])) as unknown as Dissection;
}

/** Dissects captures in one run, one after the other: starting tshark takes longer than reading. */
export async function dissect(captures: readonly string[]): Promise<readonly Dissection[]> {
  const command = 'mergecap -a -w - "$@" | tshark -n -r - -o ip.defragment:FALSE -o ipv6.defragment:FALSE';
  const output = `-T fields -E separator='|' -E occurrence=a ${FIELDS.map((field) => `-e ${field}`).join(" ")}`;
  const stdout = await new Promise<string>((fulfil, reject) => {
    execFile("sh", ["-c", `${command} ${output}`, "sh", ...captures], { maxBuffer: 1 << 28 }, (error, text) =>
      error ? reject(error) : fulfil(text),
    );
  });
  return stdout.split("\n").slice(0, -1).map(split);
}

/** The value of `field` in the header that `layers` ends with, when `name` is that header's layer. */
function valueAt(frame: Dissection, field: keyof Dissection, name: string, layers: readonly string[]): number {
  const ordinal = layers.filter((layer) => layer === name).length - 1;
  return Number(frame[field][ordinal] ?? Number.NaN);
}

function transportExpectation(frame: Dissection, layers: readonly string[], name: string): Expectation {
  const value = (field: keyof Dissection) => valueAt(frame, field, name, layers);
  switch (name) {
    case "tcp": {
      const ports = { sourcePort: value("tcp.srcport"), destinationPort: value("tcp.dstport") };
      if (Number.isNaN(value("tcp.flags"))) return ports;
      return { ...ports, tcpFlags: value("tcp.flags") & 0xff, tcpSequence: value("tcp.seq_raw") };
    }
    case "udp":
      return { sourcePort: value("udp.srcport"), destinationPort: value("udp.dstport") };
    case "sctp":
      return { sourcePort: value("sctp.srcport"), destinationPort: value("sctp.dstport") };
    case "icmp":
      return { icmpTypeCode: (value("icmp.type") << 8) | value("icmp.code") };
    case "icmpv6":
      return { icmpTypeCode: (value("icmpv6.type") << 8) | value("icmpv6.code") };
    default:
      return {};
  }
}

/** What tshark says of one frame, or nothing when it finds no IP header whose fields it can show. */
export function expectationOf(frame: Dissection, level: Level): Expectation | undefined {
  const all = frame["frame.protocols"][0]!.split(":");
  const isIp = (layer: string) => layer === "ip" || layer === "ipv6";
  const first = all.findIndex(isIp);
  if (first < 0) return undefined;
  // An ICMP error quotes a packet, which is not an inner one.
  const quoted = all.findIndex((layer, index) => index > first && layer.startsWith("icmp"));
  const own = quoted < 0 ? all : all.slice(0, quoted + 1);
  const at = level === "outermost" ? first : own.findLastIndex(isIp);
  const name = own[at]!;
  const layers = own.slice(0, at + 1);
  const ordinal = layers.filter((layer) => layer === name).length - 1;
  const source = frame[name === "ip" ? "ip.src" : "ipv6.src"][ordinal];
  if (source === undefined) return undefined;

  const transport = own[at + 1];
  const rest = transport === undefined ? {} : transportExpectation(frame, [...layers, transport], transport);
  const tags = frame["vlan.id"].slice(0, layers.filter((layer) => layer === "vlan").length).map(Number);
  const vlan = { vlanId: tags.at(-1) ?? 0, serviceVlanId: tags.length > 1 ? tags[0]! : 0 };
  if (name === "ipv6") {
    return {
      ...vlan,
      ...rest,
      source,
      destination: frame["ipv6.dst"][ordinal]!,
      ipOctets: 40 + valueAt(frame, "ipv6.plen", name, layers),
      ttl: valueAt(frame, "ipv6.hlim", name, layers),
    };
  }
  return {
    ...vlan,
    ...rest,
    source,
    destination: frame["ip.dst"][ordinal]!,
    ipOctets: valueAt(frame, "ip.len", name, layers),
    protocol: valueAt(frame, "ip.proto", name, layers),
    ttl: valueAt(frame, "ip.ttl", name, layers),
    ipClassOfService: valueAt(frame, "ip.dsfield", name, layers),
  };
}
