// make bench-query: questions to a store beside Debian's nfdump on the same flows.
// Times whole processes, wall and CPU seconds, medians of several runs in turn; no test, no exit status.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { environment, measure, median, medians, type Run } from "./measure.js";
import { type ManyOptions, memoryOfMany, setBesideStrings } from "./query_many.js";

const FOLDER = join(process.env.FLOWTAP_BENCH ?? join(tmpdir(), "flowtap-bench"), "query");
const RUNS = Number(process.env.RUNS ?? 3);
const FLOWS = Number(process.env.FLOWS ?? 50_000_000);
const CSV_FLOWS = Math.min(FLOWS, 10_000_000);
const PORT = 29995;

const store = join(FOLDER, "store");
const nfcapd = join(FOLDER, "nfcapd");

interface Question {
  readonly name: string;
  /** nfdump's seconds for each of flowtap's. */
  readonly goal: string;
  readonly flowtap: string;
  readonly nfdump: string;
}

const DAY = `--data-rootdir=${store} --type=all --start-date=2026/09/29`;
const NFDUMP = `nfdump -q -R ${nfcapd}`;

const QUESTIONS: readonly Question[] = [
  {
    name: "top 10 sources by octets, TCP to port 443",
    goal: "3",
    flowtap: `rwstats ${DAY} --protocol=6 --dport=443 --fields=sip --values=bytes --count=10`,
    nfdump: `${NFDUMP} -s srcip/bytes -n 10 'proto tcp and dst port 443'`,
  },
  {
    name: "top 10 pairs of source and destination by octets",
    goal: "3",
    flowtap: `rwstats ${DAY} --fields=sip,dip --values=bytes --count=10`,
    nfdump: `${NFDUMP} -A srcip,dstip -O bytes -n 10`,
  },
  {
    name: "flows with an address in a CIDR block, counted",
    goal: "4",
    flowtap: `rwuniq ${DAY} --any-cidr=10.0.1.0/26 --fields=protocol --values=flows`,
    nfdump: `${NFDUMP} -A proto 'net 10.0.1.0/26'`,
  },
  {
    name: "one host's flows of one hour",
    goal: "0.6 s",
    flowtap: `rwcut --data-rootdir=${store} --type=all --start-date=2026/09/29:13 --any-address=10.0.1.77`,
    nfdump: `${NFDUMP} -t 2026/09/29.13:00:00-2026/09/29.13:59:59 'host 10.0.1.77'`,
  },
  {
    name: "rwfilter | rwstats beside one nfdump",
    goal: "1",
    flowtap: `rwfilter ${DAY} --protocol=17 --dport=53 --scidr=10.0.1.0/26 --pass=stdout | rwstats --fields=dip --values=bytes --count=10`,
    nfdump: `${NFDUMP} -s dstip/bytes -n 10 'proto udp and dst port 53 and src net 10.0.1.0/26'`,
  },
  {
    name: "the same question to rwstats alone",
    goal: "1",
    flowtap: `rwstats ${DAY} --protocol=17 --dport=53 --scidr=10.0.1.0/26 --fields=dip --values=bytes --count=10`,
    nfdump: `${NFDUMP} -s dstip/bytes -n 10 'proto udp and dst port 53 and src net 10.0.1.0/26'`,
  },
  {
    name: "octets of every source, as a bag and as a list",
    goal: "5",
    flowtap: `rwbag ${DAY} --bag-file=sIPv4,sum-bytes,stdout`,
    nfdump: `${NFDUMP} -s srcip/bytes -n 0`,
  },
  {
    name: `CSV of all fields of ${CSV_FLOWS / 1e6} M flows`,
    goal: "25",
    flowtap: `rwcut ${DAY} --num-recs=${CSV_FLOWS} --all-fields --output-format=csv`,
    nfdump: `${NFDUMP} -c ${CSV_FLOWS} -o csv`,
  },
];

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, each) => sum + (each.isFile() ? each.size : 0), 0);
}

async function makeData(): Promise<void> {
  if (existsSync(join(FOLDER, `flows-${FLOWS}`))) return;
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(nfcapd, { recursive: true });
  console.log(`writing ${FLOWS / 1e6} M flows into a store and, by way of nfcapd, into nfdump's files: ${FOLDER}`);
  const collector = spawn("nfcapd", [
    "-w",
    nfcapd,
    "-p",
    String(PORT),
    "-b",
    "127.0.0.1",
    "-B",
    "4000000",
    "-t",
    "86400",
  ]);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  execFileSync("node", ["build/js/bench/query_data.js", FOLDER, String(FLOWS), String(PORT)], { stdio: "inherit" });
  await new Promise((resolve) => setTimeout(resolve, 2000));
  collector.kill("SIGTERM");
  await new Promise((resolve) => collector.on("exit", resolve));
  mkdirSync(join(FOLDER, `flows-${FLOWS}`));
}

mkdirSync(FOLDER, { recursive: true });
await makeData();
// nfdump's -A wants the flows it has; both must have the same.
const counted = (command: string) =>
  execFileSync("bash", ["--norc", "-c", command], { encoding: "utf8", env: environment });
console.log(`flowtap has ${counted(`rwfilter ${DAY} --protocol=0- --print-statistics=stdout`).trim()}`);
console.log(
  `nfdump has ${/flows: \d+/.exec(counted(`nfdump -R ${nfcapd} -I | tr '\\n' ' ' | tr A-Z a-z`))?.[0] ?? "?"}`,
);
console.log(
  `bytes a flow: Parquet ${(sizeOf(store) / FLOWS).toFixed(1)}, nfcapd ${(sizeOf(nfcapd) / FLOWS).toFixed(1)}; ${cpus().length} cores, medians of ${RUNS}\n`,
);
console.log("| question | flowtap: s, CPU s, MiB | nfdump: s, CPU s, MiB | ratio of s | goal |");
console.log("|---|---|---|---|---|");
for (const { name, goal, flowtap, nfdump } of QUESTIONS) {
  const runs: { ours: Run; theirs: Run }[] = [];
  for (let run = 0; run < RUNS; run++) runs.push({ ours: measure(flowtap, FOLDER), theirs: measure(nfdump, FOLDER) });
  const ours = medians(runs.map((each) => each.ours));
  const theirs = medians(runs.map((each) => each.theirs));
  console.log(`| ${name} | ${ours.text} | ${theirs.text} | ${(theirs.wall / ours.wall).toFixed(1)} | ${goal} |`);
}

const many: ManyOptions = { folder: FOLDER, store, selection: DAY, flows: FLOWS, runs: RUNS };
setBesideStrings(many);
await memoryOfMany(many);

// What each command takes for a few flows: mostly the time to start.
const TINY = join(FOLDER, "tiny.ipfix");
const SET = join(FOLDER, "tiny.set");
const BAG = join(FOLDER, "tiny.bag");
for (const path of [TINY, SET, BAG]) rmSync(path, { force: true });
counted(`node dist/cli.js meter -q -r pcaps/office.pcap -o ${TINY} && rwset --sip-file=${SET} ${TINY}`);
counted(`rwbag --bag-file=sIPv4,sum-bytes,${BAG} ${TINY}`);
const TINY_COMMANDS: readonly string[] = [
  `rwfilter --protocol=6 --pass=stdout ${TINY}`,
  `rwcut ${TINY}`,
  `rwsort --fields=bytes ${TINY}`,
  `rwuniq --fields=sip ${TINY}`,
  `rwstats --fields=sip --count=10 ${TINY}`,
  `rwcount ${TINY}`,
  `rwset --dip-file=stdout ${TINY}`,
  `rwbag --bag-file=dIPv4,records,stdout ${TINY}`,
  `rwcut --help`,
  `rwcut --version`,
  `rwcat ${TINY}`,
  `rwfileinfo ${TINY}`,
  `rwsetcat ${SET}`,
  `rwsetmember 192.168.7.20 ${SET}`,
  `rwsettool --union ${SET}`,
  `rwbagcat ${BAG}`,
  `rwbagtool --add ${BAG} ${BAG}`,
  `echo '10.0.0.1|5' | rwbagbuild --bag-input=-`,
  `echo 10.0.0.0/8 | rwsetbuild`,
  `echo '10.0.0.1|' | rwtuc --fields=sip`,
  `rwsiteinfo --fields=type`,
];
console.log("\n| command, on a few flows | s | goal |\n|---|---|---|");
for (const [at, command] of TINY_COMMANDS.entries()) {
  const runs = Array.from({ length: Math.max(5, RUNS) }, () => measure(`{ ${command}; }`, FOLDER).wall);
  console.log(`| ${command.replaceAll(`${FOLDER}/`, "")} | ${median(runs).toFixed(2)} | ${at < 8 ? "0.5" : "0.2"} |`);
}
