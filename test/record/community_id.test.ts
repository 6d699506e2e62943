import { existsSync, readFileSync } from "node:fs";
import test from "ava";
import ipaddr from "ipaddr.js";
import type { FlowBatch } from "../../src/record/batch.js";
import { communityId } from "../../src/record/community_id.js";
import { BASE } from "../../src/record/layout.js";
import { batchOf } from "../support/batches.js";

const BASELINE = "../shared/fixtures/community-id/baseline_deflt.json";

interface Line {
  readonly proto: number;
  readonly saddr: string;
  readonly daddr: string;
  readonly sport: number | null;
  readonly dport: number | null;
  readonly communityid: string;
}

/** The batch of one flow as the meter would write what the baseline's line says. */
function flowOf({ proto, saddr, daddr, sport, dport }: Line) {
  const parse = (text: string) => {
    const address = ipaddr.parse(text);
    return address.kind() === "ipv4" ? (address as ipaddr.IPv4).toIPv4MappedAddress() : (address as ipaddr.IPv6);
  };
  const icmp = proto === 1 || proto === 58;
  // For ICMP the baseline's ports are the type, and the counterpart's type or the code.
  const oneWay = icmp && ![8, 0, 128, 129, 133, 134, 135, 136].includes(sport!);
  return batchOf([
    {
      sourceAddress: parse(saddr).toByteArray(),
      destinationAddress: parse(daddr).toByteArray(),
      ipVersion: ipaddr.parse(saddr).kind() === "ipv4" ? 4 : 6,
      protocolIdentifier: proto,
      sourceTransportPort: icmp ? 0 : (sport ?? 0),
      destinationTransportPort: icmp ? sport! * 256 + (oneWay ? dport! : 0) : (dport ?? 0),
    },
  ]);
}

function identifier({ u8, u16 }: FlowBatch, seed = 0): string {
  const [version, protocol] = [u8[BASE.ipVersion]!, u8[BASE.protocolIdentifier]!];
  const [source, destination] = [u16[BASE.sourceTransportPort / 2]!, u16[BASE.destinationTransportPort / 2]!];
  return communityId(u8, BASE.sourceAddress, BASE.destinationAddress, version, protocol, source, destination, seed);
}

test("identifiers equal the specification's baseline", (t) => {
  if (!existsSync(BASELINE)) {
    t.log(`SKIPPED: ${BASELINE} is missing`);
    t.pass();
    return;
  }
  for (const line of JSON.parse(readFileSync(BASELINE, "utf8")) as Line[]) {
    const batch = flowOf(line);
    t.is(identifier(batch), line.communityid, JSON.stringify(line));
    t.not(identifier(batch, 1), line.communityid, "another seed, another identifier");
  }
});
