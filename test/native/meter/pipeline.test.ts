import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import test from "ava";
import { pcap, pcapng } from "../../support/capture_writer.js";
import { fixtureCaptures, testWithFixtures } from "../../support/fixtures.js";
import { ethernet, ipv4, udp } from "../../support/frames.js";
import { Scratch } from "../../support/scratch.js";

const DRIVER = resolve("build/native/pipeline");
const FOLDERS = ["captures", "community-id", "export"] as const;

/** What pipeline.cc prints of a run. */
interface Counters {
  readonly packets: number;
  readonly meteredPackets: number;
  readonly meteredOctets: number;
  readonly ignored: Readonly<Record<string, number>>;
  readonly flows: number;
  readonly live: number;
  readonly peak: number;
  readonly lostPackets: number;
  readonly ended: Readonly<Record<string, number>>;
  readonly records: number;
  readonly recordPackets: number;
  readonly recordOctets: number;
  readonly notices: number;
}

interface Cuts {
  readonly captures: number;
  readonly truncations: number;
}

function pipeline<T>(...args: readonly string[]): { status: number | null; output: T; errors: string } {
  if (!existsSync(DRIVER)) throw new Error(`${DRIVER} is not built`);
  const { status, signal, stdout, stderr } = spawnSync(DRIVER, args, { encoding: "utf8" });
  if (signal !== null) throw new Error(`pipeline ended with ${signal}:\n${stderr}`);
  return { status, output: (stdout === "" ? {} : JSON.parse(stdout)) as T, errors: stderr };
}

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, each) => all + each, 0);

const MACS = ["02:00:00:00:00:01", "02:00:00:00:00:02"] as const;
const IP = { source: "192.0.2.1", destination: "192.0.2.2" };

/** Datagrams from ports 1, 2 ... to the discard port, one a second. */
const DATAGRAMS = Array.from({ length: 40 }, (_, index) => ({
  time: 1_700_000_000_000_000 + index * 1_000_000,
  data: ethernet(ipv4(IP, 17, udp(IP, 1 + index, 9, new Uint8Array(100))), 0x0800, MACS),
}));

let scratch: Scratch;
test.before(() => {
  scratch = new Scratch();
});
test.after.always(() => scratch.remove());

test("a capture's packets, octets and flows come out of the ring as they went in", (t) => {
  const { status, output } = pipeline<Counters>(scratch.write("plain.pcap", pcap(DATAGRAMS)));
  t.is(status, 0);
  t.is(output.packets, 40);
  t.is(output.recordPackets, 40);
  t.is(output.recordOctets, 40 * 128);
  t.is(output.records, 40);
  // The last one is at 39 s: the idle timeout of 15 s is over for those before 24 s.
  t.is(output.ended.idleTimeout, 24);
  t.is(output.ended.forcedEnd, 16);
  t.is(output.notices, 0);
});

test("a small flow table and a small ring lose nothing", (t) => {
  const { status, output } = pipeline<Counters>(
    "--max-flows",
    "5",
    "--ring",
    "16",
    scratch.write("small.pcap", pcap(DATAGRAMS)),
  );
  t.is(status, 0);
  t.is(output.peak, 5);
  t.is(output.ended.lackOfResources, 35);
  t.is(output.recordPackets, 40);
});

test("what the filter leaves out is counted as filtered", (t) => {
  const path = scratch.write("filtered.pcap", pcap(DATAGRAMS));
  const { status, output } = pipeline<Counters>("--filter", "udp src port 7", path);
  t.is(status, 0);
  t.is(output.meteredPackets, 1);
  t.is(output.ignored.filtered, 39);
});

test("a file that is no capture ends with status 1 and does not keep others from being metered", (t) => {
  const { status, output, errors } = pipeline<Counters>(
    scratch.write("text", "this is no capture at all"),
    scratch.write("good.pcap", pcap(DATAGRAMS)),
  );
  t.is(status, 1);
  t.regex(errors, /^fatal .*text:/);
  t.is(output.recordPackets, 40);
});

for (const [name, capture] of [
  ["pcap", pcap(DATAGRAMS.slice(0, 12))],
  ["pcapng", pcapng(DATAGRAMS.slice(0, 12))],
] as const) {
  test(`a ${name} file adds up wherever it is cut off`, (t) => {
    const path = scratch.write(`cut.${name}`, capture);
    const { status, output, errors } = pipeline<Cuts>("--truncations", "--stats", "--max-flows", "3", path);
    t.is(errors, "");
    t.is(status, 0);
    t.is(output.truncations, capture.length + 1);
  });
}

const fixtureTest = testWithFixtures(test);

for (const options of [
  [],
  ["--stats", "--decapsulate"],
  ["--stats", "--decapsulate", "--max-flows", "16", "--ring", "16"],
  ["--uniflow", "--key", "--max-flows", "1"],
]) {
  fixtureTest(
    `every packet of every capture is in one counter and one record: ${options.join(" ") || "defaults"}`,
    (t) => {
      for (const capture of fixtureCaptures(...FOLDERS)) {
        const { status, output, errors } = pipeline<Counters>(...options, capture);
        const name = basename(capture);
        t.is(status, 0, `${name}: ${errors}`);
        t.true(output.packets > 0, name);
        t.is(output.packets, output.meteredPackets + sum(output.ignored), name);
        t.is(output.recordPackets, output.meteredPackets, name);
        t.is(output.recordOctets, output.meteredOctets, name);
        t.is(output.flows, sum(output.ended), name);
        t.is(output.records, output.flows, name);
        t.is(output.live + output.lostPackets, 0, name);
      }
    },
  );
}

fixtureTest("every small capture adds up wherever it is cut off", (t) => {
  const small = fixtureCaptures(...FOLDERS).filter((path) => statSync(path).size <= 2048);
  t.true(small.length > 20);
  const { status, output, errors } = pipeline<Cuts>(
    ...["--truncations", "--stats", "--decapsulate", "--max-flows", "16", "--ring", "16"],
    ...small,
  );
  t.is(errors, "");
  t.is(status, 0);
  t.is(
    output.truncations,
    small.map((path) => statSync(path).size + 1).reduce((all, each) => all + each, 0),
  );
});
