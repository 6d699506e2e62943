// make bench-live: the live meter beside Debian's softflowd and nfpcapd on a veth pair between two network namespaces.
// Packets that are lost and CPU seconds per million packets of the whole process, from the first packet to its end, with
// the export of every flow; medians of several runs in turn. Needs root; no test, no exit status.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeNetwork, openSink, RECEIVER, removeNetwork, SENDER, SINK_PORT } from "./network.js";

const RUNS = Number(process.env.RUNS ?? 3);
const SECONDS = Number(process.env.SECONDS ?? 15);
const FOLDER = join(tmpdir(), "flowtap-bench-live");

/** Clock ticks a second, in which the kernel counts CPU time. */
const TICKS = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

interface Workload {
  readonly name: string;
  /** 0: every packet is a flow of its own. */
  readonly flows: number;
  /** Packets a second; so many seconds' worth are sent, however long it takes. */
  readonly rate: number;
}

const WORKLOADS: readonly Workload[] = [
  { name: "200 k/s, 100 k flows", flows: 100_000, rate: 200_000 },
  { name: "200 k/s, every packet a flow", flows: 0, rate: 200_000 },
  { name: "1 M/s, 100 k flows", flows: 100_000, rate: 1_000_000 },
  { name: "2 M/s or what can be had, 100 k flows", flows: 100_000, rate: 2_000_000 },
];

interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  /** Packets that the contender accounts for, when it has ended; `before` is what `ask` printed before. */
  readonly counted: (stderr: string, before: string) => number;
  /** Run while it still lives. */
  readonly ask?: readonly string[];
}

const scratch = join(FOLDER, "scratch");
const control = join(FOLDER, "softflowd.ctl");
const collector = `127.0.0.1:${SINK_PORT}`;

const flowtapCounted = (stderr: string) =>
  Number(/"msg":"([\d,]+) packets?, /.exec(stderr)?.[1]?.replaceAll(",", "") ?? 0) -
  Number(/([\d,]+) without room/.exec(stderr)?.[1]?.replaceAll(",", "") ?? 0);

const CONTENDERS: readonly Contender[] = [
  {
    name: "flowtap",
    command: ["node", "dist/cli.js", "meter", "-i", "in", "-o", `ipfix+udp://${collector}`],
    counted: flowtapCounted,
  },
  {
    // The JavaScript thread does nothing else for 300 ms of every 480 ms.
    name: "flowtap, JavaScript blocked",
    command: [
      "node",
      "--import",
      "./build/js/bench/block.js",
      "dist/cli.js",
      "meter",
      "-i",
      "in",
      "-o",
      `ipfix+udp://${collector}`,
    ],
    counted: flowtapCounted,
  },
  {
    name: "nfpcapd",
    command: ["nfpcapd", "-i", "in", "-w", scratch, "-e", "1800,15", "-s", "128", "-b", "64"],
    counted: () => Number(/Packets: (\d+)/.exec(nfdumpTotals())?.[1] ?? 0),
  },
  {
    name: "softflowd",
    command: [
      "softflowd",
      "-d",
      "-i",
      "in",
      "-m",
      "1000000",
      "-v",
      "10",
      "-n",
      collector,
      "-c",
      control,
      "-B",
      String(64 << 20),
    ],
    ask: ["softflowctl", "-c", control, "statistics"],
    counted: (_, before) => Number(/Packets processed: (\d+)/.exec(before)?.[1] ?? 0),
  },
];

function nfdumpTotals(): string {
  return spawnSync("nfdump", ["-R", scratch, "-I"], { encoding: "utf8" }).stdout ?? "";
}

interface Run {
  readonly sent: number;
  /** Packets a second. */
  readonly rate: number;
  readonly lost: number;
  /** CPU seconds per million packets sent. */
  readonly cpu: number;
}

/** CPU seconds that a process has used so far. */
function cpuOf(pid: string): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

async function measure(contender: Contender, workload: Workload): Promise<Run> {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const timing = join(FOLDER, "time.txt");
  const timed = ["netns", "exec", RECEIVER, "/usr/bin/time", "-f", "%U %S", "-o", timing, ...contender.command];
  const child = spawn("ip", timed, { stdio: ["ignore", "ignore", "pipe"] });
  const exited = once(child, "exit");
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  await sleep(2000); // the slowest of them listens by then
  const worker = execFileSync("pgrep", ["-P", String(child.pid)], { encoding: "utf8" }).trim();
  const start = cpuOf(worker);
  const { flows, rate } = workload;
  const options = ["--flows", String(flows), "--rate", String(rate), "--seconds", String(SECONDS)];
  const sender = ["netns", "exec", SENDER, "build/native/send", "--interface", "out", "--generate", ...options];
  const said = execFileSync("ip", sender, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const [sent = 0, seconds = 0] = /sent (\d+) packets .* in ([\d.]+) s/.exec(said)?.slice(1).map(Number) ?? [];
  await sleep(500);
  const before =
    contender.ask === undefined
      ? ""
      : spawnSync(contender.ask[0]!, contender.ask.slice(1), { encoding: "utf8" }).stdout;
  spawnSync("kill", ["-TERM", worker]);
  await Promise.race([exited, sleep(5_000)]);
  // One of them hangs until the next packet comes.
  if (child.exitCode === null) {
    execFileSync("ip", ["netns", "exec", SENDER, "build/native/send", "--interface", "out", "pcaps/office.pcap"]);
    await exited;
  }
  const [user = 0, system = 0] = readFileSync(timing, "utf8").trim().split("\n").at(-1)!.split(" ").map(Number);
  const lost = sent - contender.counted(stderr, before);
  return { sent, rate: sent / seconds, lost, cpu: ((user + system - start) / sent) * 1e6 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

mkdirSync(FOLDER, { recursive: true });
makeNetwork();
const sink = openSink();
try {
  const chosen = process.env.CONTENDERS?.split(",");
  const contenders = CONTENDERS.filter(({ name }) => chosen?.includes(name) ?? true);
  for (const workload of WORKLOADS) {
    console.log(`\n${workload.name}: ${SECONDS} s, ${RUNS} runs`);
    console.log(
      `${"".padEnd(28)} ${"packets/s".padStart(10)} ${"lost".padStart(10)} ${"lost %".padStart(7)} ${"CPU s/M".padStart(8)}  CPU : flowtap`,
    );
    const runs = new Map<string, Run[]>(contenders.map(({ name }) => [name, []]));
    for (let run = 0; run < RUNS; run++)
      for (const each of contenders) runs.get(each.name)!.push(await measure(each, workload));
    const own = median((runs.get("flowtap") ?? []).map(({ cpu }) => cpu));
    for (const [name, measured] of runs) {
      const lost = median(measured.map((run) => run.lost));
      const sent = median(measured.map((run) => run.sent));
      const rate = median(measured.map((run) => run.rate));
      const cpu = median(measured.map((run) => run.cpu));
      console.log(
        `${name.padEnd(28)} ${rate.toFixed(0).padStart(10)} ${String(lost).padStart(10)} ${((lost / sent) * 100).toFixed(2).padStart(7)} ${cpu.toFixed(3).padStart(8)}  ${(cpu / own).toFixed(1)}`,
      );
    }
  }
} finally {
  sink.kill("SIGKILL");
  removeNetwork();
  rmSync(FOLDER, { recursive: true, force: true });
}
