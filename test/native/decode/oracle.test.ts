/** The native decoder against independent ones, on real captures. */

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import test from "ava";
import { FIXTURES, fixtureCaptures, testWithFixtures } from "../../support/fixtures.js";
import { expectationByCap, framesOf } from "./cap_decoders.js";
import { dissect, type Expectation, expectationOf, testWithTshark } from "./dissection.js";
import { decodeCapture, isMetered, packetFlag, type Summary, testWithSummaries } from "./summaries.js";

/** One capture holds no packet record that is whole. */
const WITHOUT_PACKETS = "fuzz-2021-10-13.pcap";

const realTest = testWithSummaries(testWithFixtures(test));
const tsharkTest = testWithTshark(realTest);

/** The captures by name, without the one that has no packets. */
function captures(): string[] {
  return fixtureCaptures("captures", "community-id").filter((path) => basename(path) !== WITHOUT_PACKETS);
}

/** The fields in which a summary differs from what is expected of it, as text. */
function differences(summary: Summary, expected: Expectation): string[] {
  const { icmpTypeCode, tcpFlags, tcpSequence, ...fields } = expected;
  // Oracles show the beginning of a TCP header that is cut off; a summary has the whole fixed header or its ports.
  const tcp = (summary.flags & packetFlag.tcpHeader) !== 0 ? { tcpFlags, tcpSequence } : {};
  const actual: Readonly<Record<string, unknown>> = { ...summary };
  const wrong = Object.entries({ ...fields, ...tcp }).filter(([name, value]) => actual[name] !== value);
  const texts = wrong.map(([name, value]) => `${name} is ${String(actual[name])}, expected ${String(value)}`);
  if (icmpTypeCode !== undefined && (summary.tcpSequence & 0xffff) !== icmpTypeCode) texts.push("ICMP type and code");
  return texts;
}

/** Later fragments have their ports from the first one, and no transport header for an oracle to see. */
function isLaterFragment(summary: Summary): boolean {
  return (summary.flags & packetFlag.laterFragment) !== 0;
}

tsharkTest("agrees with tshark on the header fields of every packet", async (t) => {
  t.timeout(300_000);
  const paths = captures();
  const frames = await dissect(paths);
  const problems: string[] = [];
  let at = 0;
  let compared = 0;
  for (const path of paths) {
    const { packets } = await decodeCapture(path);
    for (const [index, packet] of packets.entries()) {
      const frame = frames[at++];
      const expected = frame && expectationOf(frame, "outermost");
      const place = `${basename(path)} packet ${index + 1}`;
      if (!isMetered(packet)) {
        if (expected !== undefined) problems.push(`${place}: ${packet.ignored}, but tshark sees ${expected.source}`);
      } else if (expected === undefined) {
        problems.push(`${place}: metered, but tshark sees no IP header`);
      } else {
        const { sourcePort, destinationPort, ...others } = expected;
        const wanted = isLaterFragment(packet) ? others : expected;
        problems.push(...differences(packet, wanted).map((text) => `${place}: ${text}`));
        compared++;
      }
    }
  }
  t.is(at, frames.length, "both read the same number of packets");
  t.deepEqual(problems, []);
  t.true(compared > 23_000, `${compared} packets compared`);
});

tsharkTest("agrees with tshark on the innermost packet of every tunnel", async (t) => {
  t.timeout(300_000);
  const tunnels = /^(4in4tunnel|4in6tunnel|6in4tunnel|6in6tunnel|gre|ipv6_in_gtp|teredo|vxlan)\./;
  const paths = captures().filter((path) => tunnels.test(basename(path)));
  const frames = await dissect(paths);
  const problems: string[] = [];
  const kinds = new Set<number>();
  let at = 0;
  for (const path of paths) {
    const { packets } = await decodeCapture(path, "--decapsulate", "all");
    for (const [index, packet] of packets.entries()) {
      const expected = expectationOf(frames[at++]!, "innermost");
      if (!isMetered(packet) || expected === undefined) continue;
      kinds.add(packet.tunnel!);
      // Tags of an outer frame stay where the inner one has none: compared above.
      const { vlanId, serviceVlanId, ...headers } = expected;
      problems.push(...differences(packet, headers).map((text) => `${basename(path)} packet ${index + 1}: ${text}`));
    }
  }
  t.is(at, frames.length);
  t.deepEqual(problems, []);
  t.deepEqual(
    [...kinds].sort((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 8, 9],
  );
});

realTest("agrees with cap's decoders on every Ethernet frame of the pcap captures", async (t) => {
  t.timeout(300_000);
  const problems: string[] = [];
  let compared = 0;
  for (const path of captures()) {
    const header = readFileSync(path).subarray(0, 24);
    if (header.readUInt32LE(0) !== 0xa1b2c3d4 || header.readUInt32LE(20) !== 1) continue;
    const frames = await framesOf(path);
    const { packets } = await decodeCapture(path);
    t.is(packets.length, frames.length, path);
    for (const [index, packet] of packets.entries()) {
      const expected = expectationByCap(frames[index]!);
      if (expected === undefined || !isMetered(packet)) continue;
      const texts = differences(packet, expected);
      problems.push(...texts.map((text) => `${basename(path)} packet ${index + 1}: ${text}`));
      compared++;
    }
  }
  t.deepEqual(problems, []);
  t.true(compared > 15_000, `${compared} packets compared`);
});

realTest("takes the same flow key and octets from frames cut to 96 octets", async (t) => {
  t.timeout(300_000);
  let compared = 0;
  for (const path of captures()) {
    const whole = await decodeCapture(path);
    const cut = await decodeCapture(path, "--snap", "96");
    t.deepEqual(cut, whole, basename(path));
    compared += whole.packets.filter(isMetered).length;
  }
  t.true(compared > 23_000, `${compared} packets compared`);
});

realTest("accounts for every packet at any captured length", async (t) => {
  t.timeout(300_000);
  for (const path of captures()) {
    const whole = await decodeCapture(path, "--decapsulate", "all");
    for (const snap of ["0", "13", "33", "34", "38", "54", "70"]) {
      const cut = await decodeCapture(path, "--decapsulate", "all", "--snap", snap);
      t.is(cut.packets.length, whole.packets.length, `${basename(path)} at ${snap}`);
      const nonIpFrames = Object.values(cut.nonIp).reduce((sum, frames) => sum + frames, 0);
      const nonIpPackets = cut.packets.filter((packet) => "ignored" in packet && packet.ignored === "nonIp");
      t.is(nonIpFrames, nonIpPackets.length, `${basename(path)} at ${snap}`);
    }
  }
});

realTest("meters every packet that YAF counts", async (t) => {
  t.timeout(300_000);
  let counted = 0;
  for (const path of fixtureCaptures("captures")) {
    const name = basename(path).replace(/\.[^.]+$/, "");
    if (basename(path) === WITHOUT_PACKETS) continue;
    const rows = readFileSync(join(FIXTURES, "yaf", `${name}.txt`), "utf8")
      .trimEnd()
      .split("\n")
      .slice(1);
    const columns = rows.map((row) => row.split("|").map((column) => column.trim()));
    const packets = columns.reduce((sum, column) => sum + Number(column[17]) + Number(column[19]), 0);
    const metered = (await decodeCapture(path)).packets.filter(isMetered).length;
    t.true(metered >= packets, `${name}: ${metered} metered, YAF counts ${packets}`);
    counted += packets;
  }
  t.true(counted > 20_000, `${counted} packets counted by YAF`);
});
