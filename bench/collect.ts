// make bench-collect: the collector beside Debian's nfcapd and pmacct's nfacctd, on datagrams replayed over loopback.
// CPU seconds of whole process groups for a million records, and what was lost; no test, no exit status.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { EXPORT_FORMATS, type ExportFormat, readDatagrams, writeDatagrams } from "./export_datagrams.js";

const FOLDER = join(process.env.FLOWTAP_BENCH ?? join(tmpdir(), "flowtap-bench"), "collect");
const RECORDS = Number(process.env.RECORDS ?? 6_000_000);
/** Records a second that are sent; 0 as fast as one process can. */
const RATE = Number(process.env.RATE ?? 200_000);
const PORT = 29_995;
/** Milliseconds that a collector has for its end. */
const LONGEST_END = 30_000;
/** Clock ticks a second of /proc (sysconf(_SC_CLK_TCK) on Linux). */
const TICKS = 100;

interface Contender {
  readonly name: string;
  readonly formats: readonly ExportFormat[];
  /** Whether other processes of its own seal what it has stored. */
  readonly seals?: boolean;
  start(folder: string): ChildProcess;
  /** Records that reached the end, once the process has ended; undefined where it does not say. */
  records(folder: string, said: string): number | undefined;
}

const LISTEN = ["dist/cli.js", "collect", "--listen", `any+udp://127.0.0.1:${PORT}`, "--log-format=json"];
const session = { detached: true, stdio: ["ignore", "ignore", "pipe"] as ["ignore", "ignore", "pipe"] };

/** What the collector's log says at its end. */
function rowsOf(said: string): number | undefined {
  const found = /of flows, which became ([\d,]+) rows?/.exec(said);
  return found === null ? undefined : Number(found[1]!.replaceAll(",", ""));
}

const CONTENDERS: readonly Contender[] = [
  {
    name: "flowtap, into a store",
    formats: EXPORT_FORMATS,
    seals: true,
    start: (folder) =>
      spawn(process.execPath, [...LISTEN, "--store", join(folder, "store"), "--shutdown-timeout=300"], session),
    records: (_, said) => rowsOf(said),
  },
  {
    name: "flowtap, decoding only",
    formats: EXPORT_FORMATS,
    start: () => spawn(process.execPath, [...LISTEN, "-o", "null:"], session),
    records: (_, said) => rowsOf(said),
  },
  {
    name: "nfcapd",
    formats: ["netflow5", "netflow9", "ipfix"],
    start: (folder) =>
      spawn("nfcapd", ["-b", "127.0.0.1", "-p", String(PORT), "-l", folder, "-t", "3600", "-B", "16777216"], session),
    records: (folder) => recordsOfNfdump(folder),
  },
  pmacct("nfacctd", ["netflow5", "netflow9", "ipfix"]),
  pmacct("sfacctd", ["sflow"]),
];

/** pmacct's collector, which prints its rows once, at the end. */
function pmacct(name: "nfacctd" | "sfacctd", formats: readonly ExportFormat[]): Contender {
  return {
    name: `${name}, printing`,
    formats,
    start: (folder) => {
      const path = join(folder, `${name}.conf`);
      writeFileSync(
        path,
        `daemonize: false\n${name}_ip: 127.0.0.1\n${name}_port: ${PORT}\n${name}_pipe_size: 16777216\n` +
          "plugins: print\naggregate: src_host, dst_host, src_port, dst_port, proto, timestamp_start\n" +
          `print_output: csv\nprint_output_file: ${join(folder, "rows.csv")}\nprint_refresh_time: 3600\n` +
          "plugin_pipe_size: 67108864\nplugin_buffer_size: 65536\nprint_cache_entries: 4000037\n",
      );
      return spawn(name, ["-f", path], session);
    },
    records: () => undefined,
  };
}

function recordsOfNfdump(folder: string): number | undefined {
  // It begins another file at the hour.
  const files = readdirSync(folder).filter((name) => /^nfcapd\.\d+$/.test(name));
  const flows = files.map((file) => {
    const said = execFileSync("nfdump", ["-I", "-r", join(folder, file)], { encoding: "utf8" });
    return Number(/^Flows: (\d+)/m.exec(said)?.[1] ?? Number.NaN);
  });
  return flows.length === 0 ? undefined : flows.reduce((sum, each) => sum + each, 0);
}

/** Fields of /proc/PID/stat behind the name: user and system time, and those of children that were waited for. */
const OWN_TIMES = [11, 12];
const ALL_TIMES = [11, 12, 13, 14];

function ticksOf(process: string, leader: number, times: readonly number[]): number {
  const stat = readFileSync(`/proc/${process}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[3]) === leader ? times.reduce((sum, at) => sum + Number(fields[at]), 0) : 0;
}

/** CPU seconds of the process that leads a session. */
function cpuOfLeader(leader: number): number {
  return ticksOf(String(leader), leader, OWN_TIMES) / TICKS;
}

/** CPU seconds of all living processes of a session, with the ended ones that they waited for. */
function cpuOfAll(leader: number): number {
  let ticks = 0;
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    try {
      ticks += ticksOf(name, leader, ALL_TIMES);
    } catch {
      // It has ended meanwhile.
    }
  }
  return ticks / TICKS;
}

/** CPU seconds of our children that have ended, and of theirs. */
function cpuOfEnded(): number {
  const stat = readFileSync("/proc/self/stat", "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}

/** Sends the datagrams at the rate; resolves with the seconds that it took. */
async function replay(datagrams: readonly Buffer[], recordsEach: number): Promise<number> {
  const socket = createSocket("udp4");
  socket.connect(PORT, "127.0.0.1");
  await once(socket, "connect");
  const started = performance.now();
  for (let at = 0; at < datagrams.length; ) {
    const due = RATE === 0 ? at + 256 : Math.ceil((((performance.now() - started) / 1000) * RATE) / recordsEach);
    const end = Math.min(datagrams.length, due);
    let last: Promise<unknown> = Promise.resolve();
    for (; at < end; at++) last = new Promise((sent) => socket.send(datagrams[at]!, sent));
    await last;
    if (RATE !== 0) await pause(1);
  }
  const seconds = (performance.now() - started) / 1000;
  socket.close();
  return seconds;
}

async function run(contender: Contender, datagrams: readonly Buffer[], records: number): Promise<void> {
  const folder = join(FOLDER, "run");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const child = contender.start(folder);
  let said = "";
  await once(child, "spawn");
  child.stderr?.on("data", (piece: Buffer) => {
    said = (said + piece.toString()).slice(-65_536);
  });
  await pause(3000);
  // The store is sealed by processes beside the collector, at once and at the end.
  const cpuOf = contender.seals ? cpuOfLeader : cpuOfAll;
  const idle = cpuOf(child.pid!);
  const seconds = await replay(datagrams, records / datagrams.length);
  await pause(2000);
  const receiving = cpuOf(child.pid!) - idle;
  const before = cpuOfEnded();
  const exited = once(child, "close");
  process.kill(child.pid!, "SIGINT");
  // What does not end by itself is ended, with all its processes.
  const timer = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), LONGEST_END);
  await exited;
  clearTimeout(timer);
  const rest = Math.max(0, cpuOfEnded() - before - idle - receiving);
  const got = contender.records(folder, said);
  const perMillion = (cpu: number) => ((cpu / records) * 1e6).toFixed(2);
  const lost = got === undefined ? "?" : String(records - got);
  console.log(
    `| ${contender.name} | ${(records / seconds / 1000).toFixed(0)} | ${perMillion(receiving)} | ${perMillion(rest)} | ${lost} |`,
  );
}

mkdirSync(FOLDER, { recursive: true });
console.log(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.versions.node}, ${RECORDS} records at ${RATE}/s`);
for (const format of EXPORT_FORMATS) {
  const path = join(FOLDER, `${format}.datagrams`);
  const records = await writeDatagrams(path, format, RECORDS);
  const datagrams = readDatagrams(path);
  console.log(`\n${format}, ${records} records in ${datagrams.length} datagrams`);
  console.log("| collector | sent, 1000 records/s | CPU s per million: receiving | sealing, the end | lost |");
  console.log("|---|---|---|---|---|");
  for (const contender of CONTENDERS.filter(({ formats }) => formats.includes(format)))
    await run(contender, datagrams, records).catch((error) => console.log(`| ${contender.name} | ${error} | | | |`));
}
