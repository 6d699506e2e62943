import { existsSync, readFileSync } from "node:fs";
import test from "ava";
import fc from "fast-check";
import { eachMessage, IpfixDecoder } from "../../../src/formats/ipfix/decoder.js";
import { IpfixEncoder } from "../../../src/formats/ipfix/encoder.js";
import { IpfixError } from "../../../src/formats/ipfix/error.js";
import { exportStatistics, interfaceName } from "../../../src/formats/ipfix/options.js";
import { anyFlow, batchOf, ipv4, storedValue } from "../../support/batches.js";

function stream(flows: Parameters<typeof batchOf>[0]): Buffer {
  const parts: Buffer[] = [];
  const encoder = new IpfixEncoder({ maxMessage: 1024, timestamps: "microseconds" });
  const emit = (octets: Uint8Array) => parts.push(Buffer.from(octets));
  encoder.encodeOptions([interfaceName({ index: 0, name: "eth0", description: "span" })], emit);
  encoder.encode(batchOf(flows), emit);
  encoder.flush(emit);
  return Buffer.concat(parts);
}

test("changed octets give records or an error that says where, never anything else", (t) => {
  const change = fc.tuple(fc.nat(4000), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(
      fc.array(anyFlow, { minLength: 1, maxLength: 8 }),
      fc.array(change, { maxLength: 6 }),
      (flows, changes) => {
        const octets = stream(flows);
        for (const [at, value] of changes) octets[at % octets.length] = value;
        const decoder = new IpfixDecoder({ groups: 7 });
        try {
          eachMessage(octets, (message) => decoder.decode(message, (batch) => t.true(batch.count > 0)));
        } catch (error) {
          t.true(error instanceof IpfixError, String(error));
        }
      },
    ),
    { numRuns: 400 },
  );
});

test("a torn tail is left over, every whole message before it is read", (t) => {
  const octets = stream(Array.from({ length: 40 }, () => ({ ipVersion: 4, packets: 1 })));
  const ends: number[] = [];
  eachMessage(octets, (message) => ends.push((ends.at(-1) ?? 0) + message.length));
  t.true(ends.length > 2);
  for (let cut = 0; cut <= octets.length; cut++) {
    const consumed = eachMessage(octets.subarray(0, cut), () => {});
    t.is(consumed, Math.max(0, ...ends.filter((end) => end <= cut)));
  }
});

test("options records come back with their values, and count in the sequence", (t) => {
  const parts: Uint8Array[] = [];
  const seen: unknown[] = [];
  const encoder = new IpfixEncoder({ domain: 9 });
  const emit = (octets: Uint8Array) => parts.push(octets.slice());
  const statistics = { exportingProcess: 5, messages: 2 ** 33, flows: 7, octets: 8, notSentFlows: 9 };
  encoder.encodeOptions(
    [exportStatistics(9, statistics), interfaceName({ index: 2, name: "eth1", description: "ü" })],
    emit,
  );
  encoder.flush(emit);
  encoder.encode(batchOf([{ ipVersion: 4, packets: 1 }]), emit);
  encoder.flush(emit);
  const decoder = new IpfixDecoder({ onOptions: (domain, _, values) => seen.push([domain, ...values.values()]) });
  for (const part of parts) decoder.decode(part, () => {});
  t.deepEqual(seen, [
    [9, 9, 5, 2 ** 33, 7, 8, 9],
    [9, 2, "eth1", "ü"],
  ]);
  t.is(new DataView(parts[1]!.buffer).getUint32(8), 2);
  t.is(decoder.counters.lostRecords, 0);
});

test("a flow of YAF's own export is read: addresses, ports, total counters of both directions", (t) => {
  const file = "../shared/fixtures/export/yaf-ipfix-udp.pcap";
  if (!existsSync(file)) {
    t.log(`SKIPPED: ${file} is missing`);
    t.pass();
    return;
  }
  const capture = readFileSync(file);
  const decoder = new IpfixDecoder();
  const flows: string[] = [];
  let reverse = 0;
  for (let at = 24; at < capture.length; ) {
    const length = capture.readUInt32LE(at + 8);
    decoder.decode(capture.subarray(at + 16 + 28, at + 16 + length), (batch) => {
      for (let k = 0; k < batch.count; k++) {
        flows.push(`${storedValue(batch, k, "sourceAddress")} ${storedValue(batch, k, "destinationTransportPort")}`);
        reverse += Number(storedValue(batch, k, "reversePackets"));
      }
    });
    at += 16 + length;
  }
  t.is(decoder.counters.unknownTemplateSets, 0);
  t.true(flows.includes(`${ipv4(192, 168, 1, 6)} 443`), flows[0]);
  t.true(reverse > 100);
});
