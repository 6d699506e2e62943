// make bench: the meter beside Debian's softflowd and nfpcapd on three generated captures.
// Times whole processes in CPU seconds (user + system), medians of several runs in turn; no test, no exit status.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FOLDER = process.env.FLOWTAP_BENCH ?? join(tmpdir(), "flowtap-bench");
const RUNS = Number(process.env.RUNS ?? 3);
const PACKETS = Number(process.env.PACKETS ?? 10_000_000);
const WORKLOADS = ["mix", "elephants", "flood"] as const;

interface Contender {
  readonly name: string;
  readonly command: (capture: string) => string[];
  /** The one workload it takes part in; all when left out. */
  readonly only?: (typeof WORKLOADS)[number];
}

const scratch = join(FOLDER, "scratch");
const program = ["node", "dist/cli.js", "meter", "--quiet"];
const CONTENDERS: readonly Contender[] = [
  { name: "flowtap -o null:", command: (capture) => [...program, "-r", capture, "-o", "null:"] },
  {
    name: "flowtap -o flows.ipfix",
    command: (capture) => [...program, "-r", capture, "-o", join(scratch, "flows.ipfix")],
  },
  {
    name: "flowtap --stats all -o flows.ipfix",
    command: (capture) => [...program, "-r", capture, "--stats", "all", "-o", join(scratch, "flows.ipfix")],
  },
  // Timeouts as ours, and a table that holds every flow: with its default of 8,192 flows softflowd splits most of them.
  {
    name: "softflowd -m 1000000",
    command: (capture) => ["softflowd", "-d", "-r", capture, "-m", "1000000", "-v", "10", "-n", "127.0.0.1:9"],
  },
  // Without a bound that is reached, as nfpcapd: what keeping every flow of a flood costs.
  {
    name: "softflowd -m 20000000",
    command: (capture) => ["softflowd", "-d", "-r", capture, "-m", "20000000", "-v", "10", "-n", "127.0.0.1:9"],
    only: "flood",
  },
  {
    name: "pcap-parser + cap decoders (npm)",
    command: (capture) => ["node", "--max-old-space-size=8192", "build/js/bench/npm_baseline.js", capture],
    only: "mix",
  },
  { name: "nfpcapd -e 1800,15", command: (capture) => ["nfpcapd", "-r", capture, "-w", scratch, "-e", "1800,15"] },
];

interface Run {
  /** CPU seconds. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
}

function measure(command: readonly string[]): Run {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const timing = join(FOLDER, "time.txt");
  const { status, stderr } = spawnSync("/usr/bin/time", ["-f", "%U %S %M", "-o", timing, ...command], {
    encoding: "utf8",
    timeout: 600_000,
  });
  if (status !== 0) console.log(`  ${command.join(" ")} ended with ${status}: ${stderr.trim().split("\n").at(-1)}`);
  const [user = 0, system = 0, kib = 0] = readFileSync(timing, "utf8")
    .trim()
    .split("\n")
    .at(-1)!
    .split(" ")
    .map(Number);
  return { cpu: user + system, memory: kib / 1024 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

mkdirSync(FOLDER, { recursive: true });
const chosen = process.env.WORKLOADS?.split(",");
for (const workload of WORKLOADS.filter((each) => chosen?.includes(each) ?? true)) {
  const capture = join(FOLDER, `${workload}-${PACKETS}.pcap`);
  if (!existsSync(capture))
    execFileSync("build/native/generate", [workload, capture, String(PACKETS)], { stdio: "inherit" });
  execFileSync("cat", [capture], { stdio: ["ignore", "ignore", "inherit"] }); // once into the page cache: nobody pays for the disk
  console.log(
    `\n${workload}: ${PACKETS.toLocaleString("en-US")} packets, ${(statSync(capture).size / 2 ** 20).toFixed(0)} MiB, ${RUNS} runs`,
  );
  console.log(
    `${"".padEnd(36)} ${"CPU s".padStart(8)} ${"M packets/CPU s".padStart(16)} ${"MiB".padStart(7)}  CPU : flows.ipfix`,
  );
  const contenders = CONTENDERS.filter((each) => each.only === undefined || each.only === workload);
  const runs = new Map<string, Run[]>(contenders.map((each) => [each.name, []]));
  for (let run = 0; run < RUNS; run++)
    for (const each of contenders) runs.get(each.name)!.push(measure(each.command(capture)));
  const own = median(runs.get("flowtap -o flows.ipfix")!.map((run) => run.cpu));
  for (const [name, measured] of runs) {
    const cpu = median(measured.map((run) => run.cpu));
    const memory = median(measured.map((run) => run.memory));
    console.log(
      `${name.padEnd(36)} ${cpu.toFixed(2).padStart(8)} ${(PACKETS / 1e6 / cpu).toFixed(1).padStart(16)} ${memory.toFixed(0).padStart(7)}  ${(cpu / own).toFixed(1)}`,
    );
  }
}
rmSync(scratch, { recursive: true, force: true });
