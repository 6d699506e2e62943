/** rwcat, rwfileinfo and rwtuc as their users run them. */
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { type Ended, linesOf, PROGRAM, type RunOptions, run, runCommand } from "../support/program.js";
import { Scratch } from "../support/scratch.js";

const SILK = join(FIXTURES, "silk");
const fixtureTest = testWithFixtures(test);

const scratch = new Scratch();
test.after.always(() => scratch.remove());
for (const name of ["rwcat", "rwfileinfo", "rwtuc", "rwcut"]) symlinkSync(PROGRAM, join(scratch.path, name));

/** Runs a command by its SiLK name in the folder of SiLK's files. */
function silk(name: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return runCommand(join(scratch.path, name), args, { cwd: SILK, env: { SILK_CONFIG_FILE: "silk.conf" }, ...options });
}

/** The values of one field of rwfileinfo. */
async function fileFacts(field: string, octets: Uint8Array): Promise<string[]> {
  const { stdout } = await silk("rwfileinfo", [`--fields=${field}`, "--no-titles", "-"], { stdin: octets });
  return linesOf(stdout);
}

fixtureTest("rwfileinfo prints what SiLK's prints", async (t) => {
  const { stdout, stderr, status } = await silk("rwfileinfo", ["v4.rw", "v6.rw", "v4-zlib.rw", "v4-generic.rw"]);
  t.is(stdout, readFileSync(join(SILK, "expected", "52.txt"), "utf8"));
  t.is(stderr, "");
  t.is(status, 0);
});

fixtureTest("rwfileinfo describes sets, bags and packed files", async (t) => {
  const packed = "formats/RWAUGWEB-v4-c3-B.dat";
  const { stdout } = await silk("rwfileinfo", ["--fields=3,12,13,16,bag", "sip-v6.set", "sip-bytes-v4.bag", packed]);
  t.is(
    stdout,
    `sip-v6.set:
  byte-order          littleEndian
  ipset               16-way branch, root@1, 1024 x 96b node, 3088 x 24b leaf
sip-bytes-v4.bag:
  byte-order          littleEndian
  bag                 key: sIPv4 @ 4 octets; counter: sum-bytes @ 8 octets
${packed}:
  byte-order          BigEndian
  packed-file-info    2009/02/12T00:00:00 in S8
  probe-name          DUMMY_PROBE
`,
  );
});

fixtureTest("rwfileinfo sums up, and goes on after a file it cannot read", async (t) => {
  const { stdout, stderr, status } = await silk("rwfileinfo", ["--summ", "--fields=count", "v4.rw", "none", "v6.rw"]);
  t.is(
    stdout,
    `v4.rw:
  count-records       4000
v6.rw:
  count-records       4000
**SUMMARY**:
  number-files        2
  total-records       8000
  all-file-sizes      704352
`,
  );
  t.is(stderr, "rwfileinfo: Error opening file 'none': No such file or directory\n");
  t.is(status, 1);
});

fixtureTest("rwfileinfo refuses fields that there are not, and says what other files are", async (t) => {
  const field = await silk("rwfileinfo", ["--fields=colour", "v4.rw"]);
  t.true(field.stderr.startsWith("rwfileinfo: Invalid fields: No match was found for the field 'colour'\n"));
  const ipfix = await silk("rwfileinfo", ["v4.ipfix"]);
  t.is(
    ipfix.stdout,
    `v4.ipfix:
  format(id)          IPFIX
  version             10
  byte-order          BigEndian
  count-records       4000
  file-size           ${readFileSync(join(SILK, "v4.ipfix")).length}
`,
  );
  const text = await silk("rwfileinfo", ["silk.conf"]);
  t.is(text.stderr, "rwfileinfo: silk.conf: not a SiLK file\n");
  t.is(text.status, 1);
});

fixtureTest("rwcat writes what SiLK's rwcat wrote, octet for octet", async (t) => {
  const big = await silk("rwcat", ["--byte-order=big", "v4.rw"]);
  t.true(big.octets.equals(readFileSync(join(SILK, "v4-bigendian.rw"))));
  const generic = await silk("rwcat", ["--ipv4-output", "v4.rw", "v6.rw"]);
  t.true(generic.octets.equals(readFileSync(join(SILK, "v4-generic.rw"))));
});

fixtureTest("rwcat makes SiLK flows of IPFIX", async (t) => {
  const { octets } = await silk("rwcat", ["v4.ipfix"]);
  const fields = ["--fields=1-11,in,out,initialflags,sessionflags,application"];
  const cut = await silk("rwcut", fields, { stdin: octets });
  t.is(cut.stdout, (await silk("rwcut", [...fields, "v4.rw"])).stdout);
});

fixtureTest("rwcat undoes its own compression and byte order", async (t) => {
  const plain = await silk("rwcat", ["v4.rw", "v6.rw"]);
  t.is(plain.octets.length, 88 + 88 * 8000);
  for (const method of ["zlib", "lzo1x", "snappy"]) {
    const path = join(scratch.path, `${method}.rw`);
    const made = await silk("rwcat", [
      `--comp=${method}`,
      "--byte-order=big",
      `--output-path=${path}`,
      "v4.rw",
      "v6.rw",
    ]);
    t.is(made.status, 0, made.stderr);
    const octets = readFileSync(path);
    t.true(octets.length < plain.octets.length / 2);
    t.regex((await fileFacts("compression", octets))[0]!, new RegExp(`^${method}`));
    t.true((await silk("rwcat", [path])).octets.equals(plain.octets));
  }
});

fixtureTest("rwcat keeps notes, and takes names of inputs from a list", async (t) => {
  const { octets, stderr } = await silk(
    "rwcat",
    ["--xargs", "--print-filenames", "--note-add=a note", "--note-add=b"],
    {
      stdin: "v4.rw\nv6.rw\n",
    },
  );
  t.is(stderr, "v4.rw\nv6.rw\n");
  t.deepEqual(await fileFacts("annotations", octets), ["a note", "b"]);
  t.deepEqual(await fileFacts("count-records", octets), ["8000"]);
});

fixtureTest("a failing rwcat leaves no file behind", async (t) => {
  const path = join(scratch.path, "none.rw");
  const { stderr, status } = await silk("rwcat", [`--output-path=${path}`, "v4.rw", "sip-v4.set"]);
  t.is(stderr, "rwcat: sip-v4.set: holds no flow records but FT_IPSET\n");
  t.is(status, 1);
  t.false(existsSync(path));
});

fixtureTest("rwtuc makes of rwcut's output the flows it was made from", async (t) => {
  for (const name of ["v4.rw", "v6.rw"]) {
    const text = await silk("rwcut", ["--all-fields", name]);
    const made = await silk("rwtuc", [], { stdin: text.octets });
    t.is(made.stderr, "");
    const again = await silk("rwcut", ["--all-fields"], { stdin: made.octets });
    t.is(again.stdout, text.stdout);
    const plain = await silk("rwcat", [name]);
    t.true(made.octets.subarray(88).equals(plain.octets.subarray(88)), name);
  }
});

/** The flows of a text as rwcut prints some of their fields. */
async function converted(text: string, args: readonly string[], fields: string): Promise<string[]> {
  const made = await silk("rwtuc", args, { stdin: text });
  const cut = await silk("rwcut", [`--fields=${fields}`, "--delimited=,", "--no-titles"], { stdin: made.octets });
  return linesOf(cut.stdout);
}

fixtureTest("rwtuc reads times, durations, flags and ICMP in every form", async (t) => {
  const lines = await converted(
    `6,S,,2009/02/12T00:00:42.5,1.25,,
6,27,,2009-02-12 00:00:42.500,,2009/02/12:00:00:43.75,
17,,,02/12/2009 00:00:42.500,1.25,,
6,,FPA,1234396842.5,1.25,,
1,,,,1.25,1234396843.75,771`,
    ["--fields=proto,flags,sessionFlags,stime,dur,etime,dport", "--column-separator=,", "--flags-initial=S"],
    "proto,flags,initialflags,sessionflags,stime,dur,dport",
  );
  t.deepEqual(lines, [
    "6,S,S,,2009/02/12T00:00:42.500,1.250,0",
    "6,S,S,,2009/02/12T00:00:42.500,1.250,0",
    "17,,,,2009/02/12T00:00:42.500,1.250,0",
    "6,FSPA,S,FPA,2009/02/12T00:00:42.500,1.250,0",
    "1,,,,2009/02/12T00:00:42.500,1.250,771",
  ]);
  const icmp = await converted("icmp-less\n", ["--fields=ignore", "--proto=1", "--icmp-type=3", "--icmp-code=13"], "4");
  t.deepEqual(icmp, ["781"]);
});

fixtureTest("rwtuc reads titles that rwcut cut short and skips columns it does not know", async (t) => {
  const lines = await converted(
    "            sIP|pro|colour|sen|   type|appli|\n10.0.0.1| 17|   red| S3|  inweb|   53|\n",
    ["--packets=2"],
    "sip,proto,sensor,class,type,application,packets,bytes",
  );
  t.deepEqual(lines, ["10.0.0.1,17,S3,all,inweb,53,2,2"]);
});

fixtureTest("rwtuc tells title lines from values when the fields are given", async (t) => {
  const text = "sIP|dIP|\n1.2.3.4|5.6.7.8|\n";
  t.deepEqual(await converted(text, ["--fields=1,2"], "1,2"), ["1.2.3.4,5.6.7.8"]);
  const { stderr } = await silk("rwtuc", ["--fields=1,2", "--no-titles", "--verbose"], { stdin: text });
  t.is(stderr, "rwtuc: stdin:1: Invalid sIP 'sIP': 'sIP' is not an IP address\n");
});

fixtureTest("rwtuc puts bad lines aside, or stops at the first", async (t) => {
  const text = "sIP|sPort|\n1.2.3.4|1|\n1.2.3.4|65536|\n1.2.3|3|\n1.2.3.4|5|6|7|\n1.2.3.4|8|\n";
  const bad = join(scratch.path, "bad.txt");
  t.deepEqual(await converted(text, [`--bad-input-lines=${bad}`], "3"), ["1", "8"]);
  t.is(readFileSync(bad, "utf8"), "stdin:3:1.2.3.4|65536|\nstdin:4:1.2.3|3|\nstdin:5:1.2.3.4|5|6|7|\n");
  const stopped = await silk("rwtuc", ["--stop-on-error"], { stdin: text });
  t.is(stopped.stderr, "rwtuc: stdin:3: Invalid sPort '65536': Value is above maximum of 65535\n");
  t.is(stopped.status, 1);
});

fixtureTest("rwtuc refuses wrong fixed values, unknown fields and texts without titles", async (t) => {
  for (const [args, message] of [
    [
      ["--sport=70000"],
      "Invalid sport: Value is above maximum of 65535\nrwtuc: Error processing --sport option: '70000'",
    ],
    [["--type=colour"], "Invalid type: Unrecognized type name 'colour'"],
    [["nothing"], "Error opening file 'nothing': No such file or directory"],
    [["--fields=1,colour"], "Invalid fields: No match was found for the field 'colour'"],
    [["--fields=1,sip"], "Invalid fields: Duplicate name 'sIP'"],
    [["--no-titles"], "The --fields switch is required when --no-titles is given"],
    [[], "stdin: cannot tell the fields: the first line has no titles"],
  ] as const) {
    const { stderr, status, octets } = await silk("rwtuc", args, { stdin: "1.2.3.4|5|\n" });
    t.true(stderr.startsWith(`rwtuc: ${message}`), stderr);
    t.is(status, 1);
    t.is(octets.length, 0);
  }
});

fixtureTest("each command names itself and its switches", async (t) => {
  for (const name of ["cat", "fileinfo", "tuc"]) {
    const { stdout, status } = await run([name, "--help"]);
    t.regex(stdout, new RegExp(`^Usage: flowtap ${name} `));
    t.is(status, 0);
  }
});
