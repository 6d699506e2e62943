import { readFileSync } from "node:fs";
import ipaddr from "ipaddr.js";
import type { MeteredFlow } from "./meter_flows.js";

/** One line of `yafscii --tabular`, and of ours in the same terms. */
export interface YafFlow {
  readonly protocol: number;
  /** The key as text: addresses, ports, VLAN. */
  readonly key: string;
  /** Everything measured, as text, so that two flows are equal when the texts are. */
  readonly measures: string;
}

const FLAG_LETTERS = ["F", "S", "R", "P", "A", "U", "E", "C"] as const;

/** Reads the output of `yafscii --tabular --print-header`. */
export function readYafFlows(path: string): YafFlow[] {
  const [header = "", ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  const names = header.split("|").map((name) => name.trim());
  return lines.map((line) => {
    const values = line.split("|").map((value) => value.trim());
    const column = (name: string) => values[names.indexOf(name)] ?? "";
    const protocol = Number(column("proto"));
    return flow({
      protocol,
      source: address(column("sip")),
      destination: address(column("dip")),
      sourcePort: Number(column("sp")),
      destinationPort: Number(column("dp")),
      vlan: Number.parseInt(column("tag"), 16),
      start: column("start-time"),
      end: column("end-time"),
      packets: `${column("pkt")}/${column("rpkt")}`,
      octets: `${column("oct")}/${column("roct")}`,
      flags:
        protocol === 6 ? ["iflags", "uflags", "riflags", "ruflags"].map((name) => letters(column(name))).join("/") : "",
      sequence: protocol === 6 ? `${column("isn")}/${column("risn")}` : "",
    });
  });
}

/** Our flows in the same terms. */
export function asYafFlow(ours: MeteredFlow): YafFlow {
  const tcp = ours.protocol === 6;
  return flow({
    protocol: ours.protocol,
    source: addressOfHex(ours.source),
    destination: addressOfHex(ours.destination),
    sourcePort: ours.sourcePort,
    destinationPort: ours.destinationPort,
    vlan: ours.vlan,
    start: milliseconds(ours.start),
    end: milliseconds(ours.end),
    packets: ours.packets.join("/"),
    octets: ours.octets.join("/"),
    flags: tcp
      ? [ours.initialFlags[0], ours.unionFlags[0], ours.initialFlags[1], ours.unionFlags[1]].map(lettersOf).join("/")
      : "",
    sequence: tcp ? ours.sequence.map((number) => number.toString(16).padStart(8, "0")).join("/") : "",
  });
}

/** What stands only in `left` and only in `right`, both as multisets. */
export function differences(left: readonly YafFlow[], right: readonly YafFlow[]): { left: string[]; right: string[] } {
  const counts = new Map<string, number>();
  for (const each of left) counts.set(line(each), (counts.get(line(each)) ?? 0) + 1);
  for (const each of right) counts.set(line(each), (counts.get(line(each)) ?? 0) - 1);
  const only = (sign: number) =>
    [...counts]
      .flatMap(([text, count]) => (count * sign > 0 ? new Array<string>(Math.abs(count)).fill(text) : []))
      .sort();
  return { left: only(1), right: only(-1) };
}

function line(each: YafFlow): string {
  return `${each.key} ${each.measures}`;
}

interface Terms {
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly vlan: number;
  readonly start: string;
  readonly end: string;
  readonly packets: string;
  readonly octets: string;
  readonly flags: string;
  readonly sequence: string;
}

function flow(terms: Terms): YafFlow {
  const { protocol, source, destination, sourcePort, destinationPort, vlan } = terms;
  return {
    protocol,
    key: `${source} ${sourcePort} > ${destination} ${destinationPort} proto ${protocol} vlan ${vlan}`,
    measures:
      `${terms.start} to ${terms.end} packets ${terms.packets} octets ${terms.octets} ${terms.flags} ${terms.sequence}`.trimEnd(),
  };
}

function address(text: string): string {
  return ipaddr.parse(text).toString();
}

function addressOfHex(hex: string): string {
  return ipaddr.process(ipaddr.fromByteArray([...Buffer.from(hex, "hex")]).toString()).toString();
}

function milliseconds(time: number): string {
  return new Date(Math.floor(time / 1000)).toISOString().replace("T", " ").replace("Z", "");
}

/** Flags in one order whatever order the text had; 0 is none. */
function letters(text: string): string {
  return FLAG_LETTERS.filter((letter) => text.includes(letter)).join("");
}

function lettersOf(flags: number): string {
  return FLAG_LETTERS.filter((_, bit) => (flags & (1 << bit)) !== 0).join("");
}
