/** `make docs`: the picture of the README, from what the program really prints. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";

const FIELDS = "sTime,dur,pro,sIP,sPort,dIP,dPort,flags,packets,bytes,reversePackets,reverseOctets,flowEndReason";
const ROWS = 16;
const LINE = 18;
const CHARACTER = 7.83;

const shown = "flowtap meter -r pcaps/office.pcap";
const run = spawnSync("node", ["dist/cli.js", "meter", "-r", "pcaps/office.pcap", "-o", "text:-", "--fields", FIELDS], {
  encoding: "utf8",
});
const table = run.stdout.trimEnd().split("\n");
const lines = [
  `$ ${shown}`,
  ...table.slice(0, ROWS),
  `... ${table.length - ROWS} more`,
  ...run.stderr.trimEnd().split("\n"),
];

const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const colour = (line: string, at: number) =>
  at === 0 ? "#7ee787" : at === 1 ? "#79c0ff" : line.startsWith("flowtap:") ? "#d2a8ff" : "#e6edf3";
const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * CHARACTER) + 32;
const height = lines.length * LINE + 32;

writeFileSync(
  "docs/meter.svg",
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${lines.map((line, at) => `<text x="16" y="${26 + at * LINE}" fill="${colour(line, at)}" xml:space="preserve">${escaped(line)}</text>`).join("\n")}
</svg>
`,
);
