import { closeSync, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import test from "ava";
import pcapParser from "pcap-parser";
import { fixtureCaptures, testWithFixtures } from "../../support/fixtures.js";
import { hasTshark, readWithTshark } from "../../support/tshark.js";
import { checksum, type ReadPacket, read } from "./driver.js";

const fixtureTest = testWithFixtures(test);

/** Captures that end inside a record: mergecap gives them up whole. */
const CUT_SHORT = ["fuzz-2021-10-13.pcap"];

fixtureTest("every real capture gives the packets that tshark reads", (t) => {
  if (!hasTshark()) {
    t.pass("skipped: no tshark");
    return;
  }
  const captures = fixtureCaptures("captures", "community-id", "export").filter(
    (path) => !CUT_SHORT.includes(basename(path)),
  );
  const { packets, counts, notices, status } = read(["--each", ...captures]);
  t.deepEqual(notices, []);
  t.is(status, 0);
  t.is(counts.length, captures.length);
  const expected = readWithTshark(captures);
  let first = 0;
  for (const [index, path] of captures.entries()) {
    const end = first + counts[index]!.packets;
    const ours = packets
      .slice(first, end)
      .map(({ time, wireLength, capturedLength }) => ({ time, wireLength, capturedLength }));
    t.deepEqual(ours, expected.slice(first, end), basename(path));
    first = end;
  }
  t.is(first, expected.length);
  t.true(first > 23_000);
});

fixtureTest("every real pcap file with microseconds gives the packets that pcap-parser reads", async (t) => {
  const captures = fixtureCaptures("captures", "community-id", "export").filter(hasMicroseconds);
  t.true(captures.length > 60);
  for (const path of captures) {
    const { packets } = read([path]);
    const ours = packets.map(({ linkType: _, interface: __, ...packet }) => packet);
    t.deepEqual(ours, await readWithPcapParser(path), basename(path));
  }
});

type ComparedPacket = Omit<ReadPacket, "linkType" | "interface">;

function readWithPcapParser(path: string): Promise<ComparedPacket[]> {
  return new Promise((resolve, reject) => {
    const packets: ComparedPacket[] = [];
    const parser = pcapParser.parse(path);
    parser.on("packet", ({ header, data }) => {
      packets.push({
        time: BigInt(header.timestampSeconds) * 1_000_000n + BigInt(header.timestampMicroseconds),
        capturedLength: header.capturedLength,
        wireLength: header.originalLength,
        checksum: checksum(data),
      });
    });
    parser.on("error", reject);
    parser.on("end", () => resolve(packets));
  });
}

/** Whether a file is the one kind of capture that pcap-parser knows. */
function hasMicroseconds(path: string): boolean {
  const magic = Buffer.alloc(4);
  const file = openSync(path, "r");
  readSync(file, magic);
  closeSync(file);
  return ["a1b2c3d4", "d4c3b2a1"].includes(magic.toString("hex"));
}
