/** Collectors that go and come back, seen by real listeners. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { pcap } from "../support/capture_writer.js";
import { StreamCollector, UdpCollector } from "../support/collectors.js";
import { CONVERSATION_START, datagrams } from "../support/conversation.js";
import { IpfixSession } from "../support/ipfix_collector.js";
import { manyFlows } from "../support/many_flows.js";
import { freePort } from "../support/ports.js";
import { linesOf, type Running, run, runCommand, start, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { haveTools } from "../support/tools.js";
import { untilBound, untilRead } from "../support/udp_socket.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const FLOWS = 3_000;
const some = scratch.write("some.pcap", manyFlows(FLOWS));
const HOUR = 3600 * 1_000_000;

/** A meter that reads packets as the test writes them: each of a new source ends the flow before it. */
class Feed {
  readonly running: Running;
  #timer: NodeJS.Timeout | undefined;
  written = 0;

  constructor(args: readonly string[]) {
    this.running = start(["meter", "-r", "-", ...args]);
    this.resume();
  }

  /** Ends the input and waits for the meter; everything it said. */
  async end() {
    clearInterval(this.#timer);
    this.running.child.stdin.end();
    return this.running.ended;
  }

  /** Writes nothing more for now. */
  pause(): void {
    clearInterval(this.#timer);
  }

  resume(): void {
    this.#timer = setInterval(() => this.#write(), 20);
  }

  /** Resolves when so many more packets were written. */
  async more(packets: number): Promise<void> {
    const at = this.written + packets;
    await until(() => this.written >= at, "more packets");
  }

  kill(): void {
    clearInterval(this.#timer);
    this.running.child.kill("SIGKILL");
  }

  #write(): void {
    const source = `10.0.${this.written >> 8}.${this.written & 255}`;
    const octets = pcap(datagrams(1, 1, CONVERSATION_START + this.written * HOUR, source));
    this.running.child.stdin.write(this.written++ === 0 ? octets : octets.subarray(24));
  }
}

/** Records exported and lost that the report says of an output. */
function reported(stderr: string, output: string): { exported: number; lost: number } {
  const line = linesOf(stderr).find((each) => each.startsWith(`flowtap: ${output}: `)) ?? "";
  const number = (pattern: RegExp) => Number(pattern.exec(line)?.[1]?.replaceAll(",", "") ?? 0);
  return { exported: number(/: ([\d,]+) records?/), lost: number(/ ([\d,]+) lost/) };
}

/** Packets that are fed while no collector listens. */
const AWAY = 80;

/**
 * The most of them that may be lost: those in the datagrams that were sent before the first refusal was heard, each of
 * which holds what the meter has read at a time. Without waiting all of AWAY would be.
 */
const UNHEARD = AWAY / 2;

/** Records in IPFIX datagrams, which must be readable from the first one on. */
function recordsIn(collector: UdpCollector): number {
  const session = new IpfixSession();
  for (const datagram of collector.datagrams) session.message(datagram);
  return session.sums.records;
}

test.serial(
  "a UDP collector that is killed and started again can read everything from its first datagram",
  async (t) => {
    const first = await UdpCollector.open();
    const { port } = first;
    const output = `ipfix+udp://127.0.0.1:${port}`;
    const feed = new Feed(["-o", output]);
    try {
      await until(() => first.datagrams.length >= 5, "datagrams in the first life");
      first.close();
      await feed.more(AWAY);
      const second = await UdpCollector.open("127.0.0.1", port);
      await until(() => second.datagrams.length >= 10, "datagrams in the second life");
      const { stderr } = await feed.end();
      await second.settled();
      const { exported, lost } = reported(stderr, output);
      t.is(exported + lost, feed.written);
      // While nobody listened flows waited: all but those around the moment of the kill arrived.
      t.true(recordsIn(first) + recordsIn(second) >= feed.written - UNHEARD, stderr);
      second.close();
    } finally {
      feed.kill();
    }
  },
);

test.serial("templates come again over UDP after the time that the user said, also when no flow comes", async (t) => {
  for (const [format, at, set] of [
    ["ipfix", 16, 2],
    ["netflow9", 20, 0],
  ] as const) {
    const collector = await UdpCollector.open();
    const feed = new Feed(["-o", `${format}+udp://127.0.0.1:${collector.port}`, "--template-refresh", "1"]);
    try {
      await until(() => collector.datagrams.length >= 5, "datagrams with flows");
      feed.pause();
      const paused = collector.datagrams.length;
      // The meter may have packets to read yet, whose flows come in datagrams of their own: never two with templates.
      const templates = () =>
        collector.datagrams
          .slice(paused)
          .slice(-2)
          .map((datagram) => datagram.readUInt16BE(at));
      await until(() => templates().length === 2 && templates().every((each) => each === set), "two times templates");
      const { status, stderr } = await feed.end();
      t.is(status, 0, stderr);
    } finally {
      feed.kill();
      collector.close();
    }
  }
});

test.serial("nfcapd, killed and started again, has flows of both lives", async (t) => {
  if (!haveTools(t, "nfcapd", "nfdump")) return;
  const port = await freePort();
  const live = async (name: string) => {
    const folder = join(scratch.path, name);
    mkdirSync(folder);
    const child = spawn("nfcapd", ["-b", "127.0.0.1", "-p", String(port), "-l", folder, "-t", "3600"], {
      stdio: "ignore",
    });
    await untilBound(child.pid ?? 0, port);
    return { child, folder };
  };
  const end = async ({ child }: Awaited<ReturnType<typeof live>>) => {
    await untilRead(child.pid ?? 0, port);
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  const flowsOf = async (t: ExecutionContext, folder: string) => {
    const { status, stdout } = await runCommand("nfdump", ["-R", folder, "-q", "-N", "-o", "csv"]);
    t.is(status, 0);
    return linesOf(stdout).filter((line) => line.includes("10.0.")).length;
  };
  const first = await live("first");
  const feed = new Feed(["-o", `netflow9+udp://127.0.0.1:${port}`]);
  try {
    await feed.more(AWAY);
    // From the signal to its end nfcapd has a socket that it does not read.
    feed.pause();
    await end(first);
    feed.resume();
    await feed.more(AWAY);
    const second = await live("second");
    await feed.more(AWAY);
    await feed.end();
    await end(second);
    const [before, after] = [await flowsOf(t, first.folder), await flowsOf(t, second.folder)];
    t.true(before > 0 && after > 0, `${before} and ${after}`);
    t.true(before + after >= feed.written - UNHEARD, `${before} and ${after} of ${feed.written}`);
  } finally {
    feed.kill();
  }
});

test.serial("--load-balance shares the flows; files get all of them", async (t) => {
  const collectors = [await StreamCollector.open(), await StreamCollector.open()];
  const outputs = collectors.flatMap(({ port }) => ["-o", `ipfix+tcp://127.0.0.1:${port}`]);
  const csv = join(scratch.path, "all.csv");
  const { status, stderr } = await run(["meter", "-r", some, ...outputs, "-o", csv, "--load-balance"]);
  t.is(status, 0, stderr);
  const [left, right] = collectors.map(({ records }) => records);
  t.is(left! + right!, FLOWS);
  t.true(left! > FLOWS / 3 && right! > FLOWS / 3, `${left} and ${right}`);
  for (const { port, records } of collectors) t.is(reported(stderr, `ipfix+tcp://127.0.0.1:${port}`).exported, records);
  t.is(reported(stderr, csv).exported, FLOWS);
  for (const each of collectors) await each.close();
});

test.serial("--load-balance gives the share of a collector that died to the other one", async (t) => {
  const [one, two] = [await StreamCollector.open(), await StreamCollector.open()];
  const outputs = [one, two].map(({ port }) => `ipfix+tcp://127.0.0.1:${port}`);
  const feed = new Feed([...outputs.flatMap((output) => ["-o", output]), "--load-balance"]);
  try {
    await until(() => one.records > 3 && two.records > 3, "flows at both");
    await one.close();
    // A break of a second is bridged by the queue; then the share goes to the other one.
    await feed.more(150);
    const seen = two.records;
    await feed.more(60);
    await until(() => two.records >= seen + 50, "all of them at the other one");
    const { stderr } = await feed.end();
    const sums = outputs.map((output) => reported(stderr, output));
    t.is(
      sums.reduce((sum, { exported, lost }) => sum + exported + lost, 0),
      feed.written,
    );
    t.is(sums[1]!.lost, 0);
    t.deepEqual(two.errors, []);
    await two.close();
  } finally {
    feed.kill();
  }
});

test.serial("--fail-over sends to the second collector while the first one is away", async (t) => {
  const second = await StreamCollector.open();
  const first = `ipfix+tcp://127.0.0.1:${await freePort()}`;
  const feed = new Feed(["-o", first, "-o", `ipfix+tcp://127.0.0.1:${second.port}`, "--fail-over"]);
  try {
    await until(() => second.records >= 20, "flows at the second collector");
    t.is(second.sessions.length, 1);
    t.deepEqual(second.errors, []);
    feed.pause();
    await feed.end();
  } finally {
    feed.kill();
    await second.close();
  }
});

test.serial("a small capture loses nothing to a first collector that is not there", async (t) => {
  for (const group of ["--fail-over", "--load-balance"]) {
    const second = await StreamCollector.open();
    const outputs = [await freePort(), second.port].flatMap((port) => ["-o", `ipfix+tcp://127.0.0.1:${port}`]);
    const { status, stderr } = await run(["meter", "-r", some, ...outputs, group]);
    t.is(status, 0, stderr);
    t.is(second.records, FLOWS);
    await second.close();
  }
});

test.serial("groups of collectors are refused where they make no sense", async (t) => {
  const two = ["-o", "ipfix+udp://127.0.0.1:1", "-o", "netflow9+udp://127.0.0.1:2"];
  for (const [args, message] of [
    [["-o", "ipfix+udp://127.0.0.1:1", "--load-balance"], /--load-balance needs two or more collectors given with -o/],
    [["-o", "csv:-", "--fail-over"], /--fail-over needs two or more collectors/],
    [[...two, "--fail-over", "--load-balance"], /--load-balance and --fail-over exclude each other/],
  ] as const) {
    const { status, stderr } = await run(["meter", "-r", some, ...args]);
    t.is(status, 2);
    t.regex(stderr, message);
  }
});
