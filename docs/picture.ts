/** `make docs`: the pictures of the documentation, from what the program really prints. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FIELDS = "sTime,dur,pro,sIP,sPort,dIP,dPort,flags,packets,bytes,reversePackets,reverseOctets,flowEndReason";
const ROWS = 16;
const LINE = 18;
const CHARACTER = 7.83;

const store = join(mkdtempSync(join(tmpdir(), "picture-")), "flows");
const environment = { ...process.env, PATH: `dist/silk:${process.env.PATH}`, SILK_DATA_ROOTDIR: store, TZ: "UTC" };

/** What a command line prints. */
function run(command: string): { readonly stdout: string[]; readonly stderr: string[] } {
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", command], { encoding: "utf8", env: environment });
  return { stdout: stdout.trimEnd().split("\n"), stderr: stderr.trimEnd().split("\n") };
}

const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

function colour(line: string): string {
  if (line.startsWith("$")) return "#7ee787";
  if (line.startsWith("flowtap:")) return "#d2a8ff";
  return /sIP\||sTime\|/.test(line) ? "#79c0ff" : "#e6edf3";
}

/** A terminal that shows the lines. */
function draw(path: string, lines: readonly string[]): void {
  const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * CHARACTER) + 32;
  const height = lines.length * LINE + 32;
  const text = (line: string, at: number) =>
    `<text x="16" y="${26 + at * LINE}" fill="${colour(line)}" xml:space="preserve">${escaped(line)}</text>`;
  writeFileSync(
    path,
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${lines.map(text).join("\n")}
</svg>
`,
  );
}

const metered = run(`node dist/cli.js meter -r pcaps/office.pcap -o text:- --fields ${FIELDS}`);
draw("docs/meter.svg", [
  "$ flowtap meter -r pcaps/office.pcap",
  ...metered.stdout.slice(0, ROWS),
  `... ${metered.stdout.length - ROWS} more`,
  ...metered.stderr,
]);

const stored = run(`node dist/cli.js meter -r pcaps/office.pcap --store ${store} --sensor S0`);
const DAY = "--type=all --start-date=2026/09/14";
const QUESTIONS = [
  `rwfilter ${DAY} --protocol=6 --flags-all=S/SA --pass=stdout | rwcut --fields=sip,dip,dport,flags --ipv6-policy=asv4 --num-recs=3`,
  `rwstats ${DAY} --fields=sip,dip --values=bytes --count=4 --ipv6-policy=asv4`,
  `rwuniq ${DAY} --fields=type,protocol --values=flows,bytes,sip-distinct`,
];
draw("docs/query.svg", [
  "$ flowtap meter -r pcaps/office.pcap --store /data/flows --sensor S0",
  ...stored.stderr.map((line) => line.replace(store, "/data/flows")),
  ...QUESTIONS.flatMap((question) => [`$ ${question}`, ...run(question).stdout]),
]);
rmSync(join(store, ".."), { recursive: true, force: true });
