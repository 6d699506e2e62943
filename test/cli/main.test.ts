import { join } from "node:path";
import test from "ava";
import { COMMAND_GROUPS } from "../../src/cli/command_groups.js";
import { COMMANDS } from "../../src/cli/commands.js";
import { pcap } from "../support/capture_writer.js";
import { datagrams } from "../support/conversation.js";
import { linesOf, run, runCommand } from "../support/program.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
const capture = scratch.write("small.pcap", pcap(datagrams(3, 1000)));
test.after.always(() => scratch.remove());

test("without a command the program shows its help on standard error and ends with status 2", async (t) => {
  const { status, stdout, stderr } = await run([]);
  t.is(status, 2);
  t.is(stdout, "");
  t.regex(stderr, /^flowtap turns packets into flow records/);
});

test("--help, -h and help list the commands and topics on standard output", async (t) => {
  const texts = await Promise.all([["--help"], ["-h"], ["help"]].map((args) => run(args)));
  for (const { status, stdout, stderr } of texts) {
    t.is(status, 0);
    t.is(stderr, "");
    t.is(stdout, texts[0]!.stdout);
  }
  t.regex(texts[0]!.stdout, /^ {2}meter .*\n {2}collect /m);
  t.regex(texts[0]!.stdout, /^ {2}flowtap help TOPIC +explains selection, fields, lists, .*exit-status/m);
  t.true(linesOf(texts[0]!.stdout).length < 60);
});

test("each command is in one group of the help", (t) => {
  const grouped = COMMAND_GROUPS.flatMap(({ rows }) => rows.flatMap(({ names }) => names));
  t.deepEqual([...grouped].sort(), COMMANDS.map(({ name }) => name).sort());
});

test("--version tells flowtap's version and Node's", async (t) => {
  const { status, stdout } = await run(["--version"]);
  t.is(status, 0);
  t.regex(stdout, /^flowtap \d+\.\d+\.\d+\nnode \d+\.\d+\.\d+\n/);
});

test("meter --help and help meter show every switch with its default and examples that name the command", async (t) => {
  const [direct, asked] = await Promise.all([run(["meter", "--help"]), run(["help", "meter"])]);
  t.is(direct.status, 0);
  t.is(direct.stderr, "");
  t.is(asked.stdout, direct.stdout);
  for (const name of [
    "read",
    "read-list",
    "filter",
    "idle-timeout",
    "output",
    "mtu",
    "tls-ca",
    "tls-no-verify",
    "quiet",
  ])
    t.true(direct.stdout.includes(`--${name}`), name);
  t.regex(direct.stdout, /--idle-timeout SECONDS[\s\S]*\(default\s+15\)/);
  t.regex(direct.stdout, /Examples:\n {2}flowtap meter /);
  t.true(linesOf(direct.stdout).every((line) => line.length <= 100));
});

test("replay --help says what --speed takes", async (t) => {
  const { status, stdout } = await run(["replay", "--help"]);
  t.is(status, 0);
  t.regex(stdout, /--speed N .*max/s);
});

test("help for a command that does not exist is wrong usage", async (t) => {
  const { status, stdout, stderr } = await run(["help", "metre"]);
  t.is(status, 2);
  t.is(stdout, "");
  t.regex(stderr, /no help on 'metre', did you mean 'meter'\?/);
});

test("help into a pipe that nobody reads ends without a stack trace", async (t) => {
  const { stderr } = await runCommand("bash", ["-c", `"${process.execPath}" dist/cli.js --help | true`]);
  t.is(stderr, "");
});

/** Wrong command lines after `meter -r CAPTURE`, unless they begin with a command, and what the one line says. */
const WRONG: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [["mter"], /unknown command 'mter', did you mean 'meter'\?/],
  [["frobnicate"], /unknown command 'frobnicate'$/],
  [["meter"], /no capture given: use -r FILE/],
  [["meter", "a.pcap"], /unexpected argument 'a.pcap': captures are given with -r/],
  [["replay"], /no capture given/],
  [["replay", "-r", "x", "y"], /unexpected argument 'y'/],
  [["--idle-timout=3"], /unknown switch --idle-timout, did you mean --idle-timeout\?/],
  [["--xyzzyplugh"], /unknown switch --xyzzyplugh$/],
  [["-Z"], /unknown switch -Z/],
  [["--tls=x"], /--tls is ambiguous: --tls-ca, --tls-cert, --tls-key, --tls-server-name, --tls-no-verify/],
  [["--output"], /--output needs an argument/],
  [["-o"], /-o needs an argument/],
  [["--strict=yes"], /--strict/],
  [["--mtu=1500", "--mtu=1400"], /--mtu is given twice, with 1500 and 1400/],
  [["--filter", "tcp and ("], /--filter 'tcp and \('/],
  [["--decapsulate=vxlam"], /--decapsulate: 'vxlam' is none of 4in4/],
  [["--idle-timeout=0"], /--idle-timeout: '0' is not a time in seconds/],
  [["--idle-timeout=-5"], /--idle-timeout: '-5' is not a time/],
  [["--idle-timeout=tcp=soon"], /--idle-timeout: 'soon' is not a time/],
  [["--idle-timeout=quic=5"], /--idle-timeout: 'quic' is no protocol/],
  [["--idle-timeout=256=5"], /--idle-timeout: '256' is no protocol/],
  [["--active-timeout=1h"], /--active-timeout: '1h' is not a time in seconds/],
  [["--max-flows=0"], /--max-flows: '0' is not a whole number from 1 to/],
  [["--max-flows=1e6"], /--max-flows: '1e6' is not a whole number/],
  [["--key=colour"], /--key: 'colour' is none of mac, tos, interface, mpls, no-vlan/],
  [["--stats=everything"], /--stats: 'everything' is none of lengths, tcp, link/],
  [["-o", "flows"], /-o flows: the format is not clear from the name/],
  [["-o", "silk:flows"], /'silk' is no format/],
  [["-o", "json+udp://h:1"], /json is written to files only/],
  [["-o", "netflow5+tcp://h:1"], /netflow5 goes over udp, not over tcp/],
  [["-o", "ipfix+udp://h:0"], /port 0 is not in 1 to 65535/],
  [["-o", "csv:-", "-o", "json:-"], /standard output can take only one format/],
  [["-o", "csv:x.csv", "-o", "./x.csv"], /x.csv is given twice/],
  [["-o", "csv:-", "--fields=sipp"], /sipp/],
  [["--timestamps=nanoseconds"], /--timestamps: 'nanoseconds' is neither microseconds nor milliseconds/],
  [["--observation-domain=4294967296"], /--observation-domain: '4294967296' is not a whole number/],
  [["--mtu=1279"], /--mtu: '1279' is not a whole number from 1280 to 65535/],
  [["--template-refresh=0"], /--template-refresh: '0'/],
  [["--template-refresh-packets=x"], /--template-refresh-packets: 'x'/],
  [["--queue=0"], /--queue: '0' is not a whole number from 1 to 4096/],
  [["--tls-cert=x.pem"], /--tls-cert and --tls-key go together/],
  [["replay", "-r", "x", "--speed", "fast"], /--speed: 'fast' is not a factor such as 10 or 0.5x/],
  [["replay", "-r", "x", "--speed", "0"], /--speed: '0' is not a factor/],
  [["replay", "-r", "x", "--speed", "-1"], /--speed: '-1' is not a factor/],
  [["replay", "-r", "x", "--speed", "10xx"], /--speed: '10xx'/],
  [["replay", "-r", "x", "--speed", "9999999"], /--speed: '9999999'/],
  [["meter", "-r", "x", "--speed=2"], /unknown switch --speed/],
];

for (const [args, says] of WRONG) {
  const whole = args[0]!.startsWith("-") ? ["meter", "-r", capture, ...args] : args;
  test(`wrong usage is one line and status 2: ${args.join(" ")}`, async (t) => {
    const { status, stdout, stderr } = await run(whole.map((word) => (word === "x" ? capture : word)));
    t.is(status, 2, stderr);
    t.is(stdout, "");
    const lines = linesOf(stderr);
    t.is(lines.length, 2, stderr);
    t.regex(lines[0]!, says);
    t.true(lines[0]!.startsWith("flowtap: "));
    t.is(lines[1], "flowtap: see flowtap --help");
  });
}

test("a switch may be shortened to a unique prefix, and its value given in both ways", async (t) => {
  const [long, short] = await Promise.all([
    run(["meter", "--read", capture, "--output", "csv:-", "--idle-timeout", "10"]),
    run(["meter", "-r", capture, "-o", "csv:-", "--idle=10"]),
  ]);
  t.is(long.status, 0, long.stderr);
  t.is(short.stdout, long.stdout);
});

for (const name of ["tls-ca", "tls-cert"]) {
  test(`a file of --${name} that is missing is named before anything is written`, async (t) => {
    const missing = join(scratch.path, "missing.pem");
    const csv = join(scratch.path, `${name}.csv`);
    const key = name === "tls-cert" ? ["--tls-key", missing] : [];
    const { status, stdout, stderr } = await run(["meter", "-r", capture, "-o", csv, `--${name}`, missing, ...key]);
    t.is(status, 1);
    t.is(stdout, "");
    t.is(stderr, `flowtap: --${name} ${missing}: cannot be read: no such file or directory\n`);
  });
}
