import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import test from "ava";
import { pcap } from "../support/capture_writer.js";
import { datagrams } from "../support/conversation.js";
import { csvRows, csvSums } from "../support/csv.js";
import { decodeFile } from "../support/ipfix_collector.js";
import { MANY_FLOWS_OCTETS, manyFlows } from "../support/many_flows.js";
import { linesOf, PROGRAM, run, runCommand } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { haveTools } from "../support/tools.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const small = scratch.write("small.pcap", pcap([...datagrams(3, 1000), ...datagrams(2, 1000, undefined, "10.9.9.9")]));
const MANY = 30_000;
const many = scratch.write("many.pcap", manyFlows(MANY));
const flowtap = `"${process.execPath}" "${PROGRAM}"`;

function folder(name: string): string {
  const path = join(scratch.path, name);
  mkdirSync(path);
  return path;
}

test("one run writes IPFIX, JSON, CSV and a table of the same flows, whole and without other files beside them", async (t) => {
  const out = folder("several");
  const outputs = ["a.ipfix", "a.json", "a.csv", "text:a.flows", "null:"].flatMap((name) => ["-o", name]);
  const { status, stdout, stderr } = await run(["meter", "-r", many, ...outputs], { cwd: out });
  t.is(status, 0, stderr);
  t.is(stdout, "");
  t.deepEqual(readdirSync(out).sort(), ["a.csv", "a.flows", "a.ipfix", "a.json"]);
  const sums = { records: MANY, packets: MANY, octets: MANY * MANY_FLOWS_OCTETS };
  t.deepEqual(csvSums(readFileSync(join(out, "a.csv"), "utf8")), sums);
  t.deepEqual(decodeFile(readFileSync(join(out, "a.ipfix"))), sums);
  const events = linesOf(readFileSync(join(out, "a.json"), "utf8")).map((line) => JSON.parse(line));
  t.is(events.length, MANY);
  t.true(events.every((event) => event.event_type === "flow"));
  t.is(linesOf(readFileSync(join(out, "a.flows"), "utf8")).filter((line) => line.includes("192.0.2.1")).length, MANY);
  for (const name of ["a.ipfix", "a.json", "a.csv", "a.flows", "null"])
    t.regex(stderr, new RegExp(`^flowtap: ${name}: 30,000 records`, "m"));
});

test("without -o a pipe gets IPFIX", async (t) => {
  const { status, octets } = await run(["meter", "-r", small]);
  t.is(status, 0);
  t.like(decodeFile(octets), { records: 2, packets: 5 });
});

test("null: counts flows and writes nothing", async (t) => {
  const { status, stdout, stderr } = await run(["meter", "-r", small, "-o", "null:"]);
  t.is(status, 0);
  t.is(stdout, "");
  t.regex(stderr, /^flowtap: null: 2 records$/m);
});

test("on a terminal flows are a table, and IPFIX is refused", async (t) => {
  if (!haveTools(t, "script")) return;
  const onTerminal = (args: string) =>
    runCommand("script", ["-qec", `${flowtap} meter -r ${small} ${args}`, "/dev/null"]);
  const [table, refused] = await Promise.all([onTerminal(""), onTerminal("-o ipfix:-")]);
  t.is(table.status, 0);
  t.regex(table.stdout, /10\.9\.9\.9/);
  t.is(refused.status, 2);
  t.regex(refused.stdout, /IPFIX is binary and not for a terminal/);
});

test("a file that exists is replaced as a whole, through a link to it", async (t) => {
  const out = folder("replace");
  const target = join(out, "target.csv");
  const link = join(out, "link.csv");
  writeFileSync(target, "what was there before");
  symlinkSync("target.csv", link);
  const { status } = await run(["meter", "-r", small, "-o", link]);
  t.is(status, 0);
  t.is(csvRows(readFileSync(target, "utf8")).length, 2);
  t.deepEqual(readdirSync(out).sort(), ["link.csv", "target.csv"]);
});

test("what was there before stays when a run fails", async (t) => {
  const out = folder("keep");
  const path = join(out, "flows.csv");
  writeFileSync(path, "before");
  const { status } = await run(["meter", "-r", scratch.write("no.txt", "no capture"), "-o", path]);
  t.is(status, 1);
  t.is(readFileSync(path, "utf8"), "before");
  t.deepEqual(readdirSync(out), ["flows.csv"]);
});

test("a device is written into and not replaced", async (t) => {
  const { status, stderr } = await run(["meter", "-r", small, "-o", "csv:/dev/null"]);
  t.is(status, 0, stderr);
  t.true(statSync("/dev/null").isCharacterDevice());
});

test("a FIFO is written into for whoever reads it", async (t) => {
  const fifo = join(folder("fifo"), "flows");
  const { status, stderr } = await runCommand("bash", [
    "-c",
    `mkfifo ${fifo} && { cat ${fifo} >${fifo}.read & ${flowtap} meter -r ${many} -q -o csv:${fifo}; status=$?; wait; exit $status; }`,
  ]);
  t.is(status, 0, stderr);
  t.is(csvRows(readFileSync(`${fifo}.read`, "utf8")).length, MANY);
});

test("a folder given as output file is refused before anything is metered", async (t) => {
  const out = folder("is-a-folder");
  const { status, stderr } = await run(["meter", "-r", small, "-o", `csv:${out}`]);
  t.is(status, 1);
  t.is(stderr, `flowtap: cannot write ${out}: it is a folder\n`);
});

test("a folder that does not exist or may not be written is named in one line", async (t) => {
  const missing = join(scratch.path, "nowhere", "flows.csv");
  const { status, stdout, stderr } = await run(["meter", "-r", small, "-o", missing]);
  t.is(status, 1);
  t.is(stdout, "");
  t.is(stderr, `flowtap: cannot write ${missing}: no such file or directory\n`);
  const readOnly = process.getuid?.() === 0 ? "/proc/self" : folder("read-only");
  if (process.getuid?.() !== 0) chmodSync(readOnly, 0o500);
  const refused = await run(["meter", "-r", small, "-o", join(readOnly, "flows.csv")]);
  t.is(refused.status, 1);
  t.is(linesOf(refused.stderr).length, 1);
  t.regex(refused.stderr, /^flowtap: cannot write .*flows\.csv: /);
});

test("a closed pipe ends the run in one line and with a status", async (t) => {
  const { stdout, stderr } = await runCommand("bash", [
    "-c",
    `${flowtap} meter -r ${many} -o csv:- | head -1; exit_status=\${PIPESTATUS[0]}; echo "status $exit_status"`,
  ]);
  t.regex(stdout, /^sourceAddress.*\r?\nstatus 1\n$/);
  t.is(stderr, "flowtap: standard output was closed by its reader\n");
});

test("counters into a closed pipe do not change the status of the run", async (t) => {
  const { stdout } = await runCommand("bash", [
    "-c",
    `{ ${flowtap} meter -r ${many} -o null: 2>&1; echo "status $?" >&2; } 2>&3 3>&1 | true; true`,
  ]);
  t.is(stdout, "");
  const { stdout: status } = await runCommand("bash", [
    "-c",
    `{ ${flowtap} meter -r ${many} -o null: 2>&1 >/dev/null; echo $? >&3; } 3>&1 | cat`,
  ]);
  t.regex(status, /\n0\n$/);
});

test("a full standard output is one line and status 1", async (t) => {
  const { status, stderr } = await runCommand("bash", ["-c", `${flowtap} meter -r ${many} -o csv:- >/dev/full`]);
  t.is(status, 1);
  t.is(stderr, "flowtap: cannot write standard output: no space left on device\n");
});

test("a full disk is one line and status 1, and leaves no file", async (t) => {
  const out = folder("full");
  const script = `mount -t tmpfs -o size=256k none ${out} && { ${flowtap} meter -r ${many} -o ${out}/flows.csv; echo "status $?"; ls -A ${out}; }`;
  const permitted =
    (await runCommand("unshare", ["-rm", "mount", "-t", "tmpfs", "none", out]).catch(() => undefined))?.status === 0;
  if (permitted) {
    const { stdout, stderr } = await runCommand("unshare", ["-rm", "bash", "-c", script]);
    t.is(stdout, "status 1\n");
    t.is(stderr, `flowtap: cannot write ${out}/flows.csv: no space left on device\n`);
  } else {
    t.log("no mount namespaces here: a file size limit stands for the full disk");
    const { status, stderr } = await runCommand("bash", [
      "-c",
      `ulimit -f 100; ${flowtap} meter -r ${many} -o ${out}/flows.csv`,
    ]);
    t.is(status, 1);
    t.is(stderr, `flowtap: cannot write ${out}/flows.csv: file too large\n`);
    t.deepEqual(readdirSync(out), []);
  }
});

test("an output that fails leaves the others alone, is said once, and all its records count as lost", async (t) => {
  const out = folder("one-fails");
  const { status, stderr } = await run(["meter", "-r", many, "-o", "csv:/dev/full", "-o", join(out, "good.csv")]);
  t.is(status, 1);
  t.is(csvRows(readFileSync(join(out, "good.csv"), "utf8")).length, MANY);
  t.is(linesOf(stderr).filter((line) => line.includes("cannot write /dev/full")).length, 1);
  t.regex(stderr, /^flowtap: .*good\.csv: 30,000 records/m);
});

test("a file that hits its size limit beside a good one disappears, with all its records lost", async (t) => {
  const out = folder("limit");
  const { status, stderr } = await runCommand("bash", [
    "-c",
    `ulimit -f 1000; ${flowtap} meter -r ${many} -o ${out}/large.json -o ${out}/good.ipfix -o null:`,
  ]);
  t.is(status, 1);
  t.deepEqual(readdirSync(out), []);
  t.regex(stderr, /large\.json: file too large/);
  t.regex(stderr, /large\.json: 0 records, .* 30,000 lost/);
  t.regex(stderr, /null: 30,000 records/);
});

test("a capture is not replaced by the flows made of it", async (t) => {
  const capture = scratch.write("precious.pcap", pcap(datagrams(2, 1)));
  const before = readFileSync(capture);
  const link = join(scratch.path, "precious.ipfix");
  symlinkSync(capture, link);
  for (const output of [`ipfix:${capture}`, link]) {
    const { status, stderr } = await run(["meter", "-r", capture, "-o", output]);
    t.is(status, 2);
    t.regex(stderr, /is also the capture .*precious\.pcap, which it would replace/);
  }
  t.deepEqual(readFileSync(capture), before);
});

test("a host that does not exist is said before anything is written", async (t) => {
  const out = folder("unresolvable");
  const { status, stdout, stderr } = await run([
    ...["meter", "-r", small, "-o", "csv:-", "-o", join(out, "flows.csv")],
    ...["-o", "ipfix+udp://no-such-host.invalid:4739"],
  ]);
  t.is(status, 1);
  t.is(stdout, "");
  t.regex(stderr, /^flowtap: ipfix\+udp:\/\/no-such-host\.invalid:4739: no-such-host\.invalid: [^\n]*\n$/);
  t.deepEqual(readdirSync(out), []);
  t.false(existsSync(join(out, "flows.csv")));
});

test("--fields chooses the columns of CSV, by flowtap's or SiLK's names", async (t) => {
  const [own, silk] = await Promise.all([
    run(["meter", "-r", small, "-o", "csv:-", "--fields=sourceAddress,packets"]),
    run(["meter", "-r", small, "-o", "csv:-", "--fields=sip,packets"]),
  ]);
  t.is(own.status, 0, own.stderr);
  t.deepEqual(linesOf(own.stdout.replaceAll("\r", "")).slice(1).sort(), ["10.1.2.3,3", "10.9.9.9,2"]);
  t.is(silk.stdout, own.stdout);
});
