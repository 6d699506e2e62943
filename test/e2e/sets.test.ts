import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { type Ended, PROGRAM, type RunOptions, runCommand } from "../support/program.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
const withFixtures = testWithFixtures(test);

for (const name of ["rwset", "rwsetbuild", "rwsetcat", "rwsetmember", "rwsettool"])
  symlinkSync(PROGRAM, join(scratch.path, name));
const sets = join(FIXTURES, "silk");
const V4 = join(sets, "sip-v4.set");
const V6 = join(sets, "sip-v6.set");

/** Runs a command by its SiLK name in the folder of the test's own files. */
function silk(name: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return runCommand(join(scratch.path, name), args, { cwd: scratch.path, ...options });
}

/** Standard output of a command that must succeed. */
async function printed(name: string, args: readonly string[], stdin?: string | Uint8Array): Promise<string> {
  const { status, stdout, stderr } = await silk(name, args, stdin === undefined ? {} : { stdin });
  if (status !== 0 || stderr !== "") throw new Error(`${name} ${args.join(" ")}: ${status} ${stderr}`);
  return stdout;
}

async function built(lines: string, ...args: string[]): Promise<Buffer> {
  return (await silk("rwsetbuild", args, { stdin: lines })).octets;
}

withFixtures("rwsetcat prints what SiLK prints", async (t) => {
  t.is(await printed("rwsetcat", ["--count-ips", V4]), readFileSync(join(sets, "expected", "43.txt"), "utf8"));
  const blocks = await printed("rwsetcat", ["--cidr-blocks=1", V4]);
  t.is(`${blocks.split("\n").slice(0, 20).join("\n")}\n`, readFileSync(join(sets, "expected", "44.txt"), "utf8"));
});

withFixtures("rwset writes the octets that SiLK writes", async (t) => {
  symlinkSync(join(sets, "v4.rw"), join(scratch.path, "v4.rw"));
  const { status, stderr } = await silk("rwset", ["--sip-file=sip-v4.set", "v4.rw"]);
  t.deepEqual([status, stderr], [0, ""]);
  t.deepEqual(readFileSync(join(scratch.path, "sip-v4.set")), readFileSync(V4));
});

test("rwsetcat lays the structure of networks out as SiLK does", async (t) => {
  const expected = "  10.77.0.0/16      | 2\n  10.80.0.0/16      | 1\n10.0.0.0/8          | 3\n";
  const set = await built("10.77.1.2\n10.77.255.0\n10.80.0.1\n");
  t.is(await printed("rwsetcat", ["--network-structure=8,16"], set), expected);
  t.is(
    await printed("rwsetcat", ["--network-structure"], set),
    "TOTAL             | 3 hosts in 1 /8, 2 /16s, 3 /24s, and 3 /27s\n",
  );
  t.is(
    await printed("rwsetcat", ["--network-structure=8/16", "--no-col", "--col=,"], set),
    "10.0.0.0/8,3 hosts in 2 /16s\n",
  );
});

test("rwsetcat prints statistics as SiLK does", async (t) => {
  t.is(
    await printed("rwsetcat", ["--print-statistics"], await built("10.1.2.3\n")),
    "Network Summary\n\tminimumIP =        10.1.2.3\n\tmaximumIP =        10.1.2.3\n" +
      "\t         1 host (/32),      0.000000% of 2^32\n\t         1 occupied /8,     0.390625% of 2^8\n" +
      "\t         1 occupied /16,    0.001526% of 2^16\n\t         1 occupied /24,    0.000006% of 2^24\n" +
      "\t         1 occupied /27,    0.000001% of 2^27\n",
  );
});

test("text becomes a set and text again", async (t) => {
  const set = await built("# list\n10.0.0.1\n10.0.0.0/31 # block\n192.0.2.x\n167772165\n");
  t.is(await printed("rwsetcat", ["--cidr-blocks"], set), "10.0.0.0/31\n10.0.0.5\n192.0.2.0/24\n");
  t.is(
    await printed("rwsetcat", ["--ip-ranges"], set),
    "         2|       10.0.0.0|       10.0.0.1|\n         1|       10.0.0.5|       10.0.0.5|\n" +
      "       256|      192.0.2.0|    192.0.2.255|\n",
  );
  t.is(
    await printed("rwsetcat", ["--ip-ranges", "--delimited=,", "--integer-ips"], set),
    "2,167772160,167772161\n1,167772165,167772165\n256,3221225984,3221226239\n",
  );
});

test("ranges of addresses are built with any delimiter", async (t) => {
  const lines = "10.0.0.1,10.0.0.4\n10.0.0.9\n";
  t.is(await printed("rwsetcat", ["--count"], await built(lines, "--ip-ranges=,")), "5\n");
  t.is(await printed("rwsetcat", ["--count"], await built("10.0.0.1 - 10.0.0.4\n", "--ip-ranges")), "4\n");
  const { status, stderr } = await silk("rwsetbuild", ["--ip-ranges"], {
    stdin: "10.0.0.1-10.0.0.2\n10.0.0.4-10.0.0.1\n",
  });
  t.is(status, 1);
  t.regex(stderr, /^rwsetbuild: Invalid IP on line 2 of stdin: .*\n$/);
});

test("IPv6 sets are printed as blocks, IPv4 in them as IPv4", async (t) => {
  const set = await built("2001:db8::/64\n2001:db8:1::1\n10.0.0.1\n::ffff:10.0.0.2\n");
  t.is(await printed("rwsetcat", [], set), "10.0.0.1\n10.0.0.2\n2001:db8::/64\n2001:db8:1::1\n");
  t.is(await printed("rwsetcat", ["--count"], set), `${2n ** 64n + 3n}\n`);
  t.is(
    await printed("rwsetcat", ["--ip-format=force-ipv6"], set),
    "::ffff:a00:1\n::ffff:a00:2\n2001:db8::/64\n2001:db8:1::1\n",
  );
});

withFixtures("names stand before counts of several sets, or when they are asked for", async (t) => {
  t.is(await printed("rwsetcat", ["--count", V4, V6]), `${V4}:3237\n${V6}:3237\n`);
  t.is(await printed("rwsetcat", ["--count", "--print-file=0", V4, V6]), "3237\n3237\n");
  t.is(await printed("rwsetcat", ["--count", "--print-filenames", V4]), `${V4}:3237\n`);
});

withFixtures("rwsetmember tells by its output and its exit status", async (t) => {
  t.is(await printed("rwsetmember", ["10.66.30.194", V4, V6]), `${V4}\n`);
  t.is(await printed("rwsetmember", ["--count", "10.x.x.x", V4, V6]), `${V4}:1367\n${V6}:0\n`);
  const quiet = await silk("rwsetmember", ["--quiet", "10.66.30.195", V4]);
  t.deepEqual([quiet.status, quiet.stdout], [1, ""]);
  const missing = await silk("rwsetmember", ["10.66.30.194", "nothing.set", V4]);
  t.deepEqual([missing.status, missing.stdout], [0, `${V4}\n`]);
  t.regex(missing.stderr, /nothing\.set/);
});

test("rwsettool combines sets", async (t) => {
  const a = scratch.write("a.set", await built("10.0.0.0/29\n"));
  const b = scratch.write("b.txt", "10.0.0.4-9\n2001:db8::1\n");
  const result = async (...args: string[]) => {
    const { octets, stderr } = await silk("rwsettool", [...args, a, b]);
    t.is(stderr, "");
    return printed("rwsetcat", ["--cidr-blocks"], octets);
  };
  t.is(await result("--union"), "10.0.0.0/29\n10.0.0.8/31\n2001:db8::1\n");
  t.is(await result("--intersect"), "10.0.0.4/30\n");
  t.is(await result("--difference"), "10.0.0.0/30\n");
  t.is(await result("--symmetric-difference"), "10.0.0.0/30\n10.0.0.8/31\n2001:db8::1\n");
  const mask = await silk("rwsettool", ["--mask=31", a]);
  t.is(await printed("rwsetcat", [], mask.octets), "10.0.0.0\n10.0.0.2\n10.0.0.4\n10.0.0.6\n");
});

withFixtures("rwsettool samples reproducibly", async (t) => {
  const args = ["--sample", "--size=20", "--seed=11", V4];
  const first = (await silk("rwsettool", args)).octets;
  t.is(await printed("rwsetcat", ["--count"], first), "20\n");
  t.deepEqual((await silk("rwsettool", args)).octets, first);
});

withFixtures("history and notes of the inputs are kept unless they are stripped", async (t) => {
  const text = (octets: Buffer) => octets.toString("latin1");
  const kept = text((await silk("rwsettool", ["--union", "--note-add=new note", V4])).octets);
  t.true(kept.includes("rwset --sip-file=sip-v4.set v4.rw\0"));
  t.true(kept.includes("rwsettool --union --note-add=new note "));
  t.true(kept.includes("new note\0"));
  const stripped = text((await silk("rwsettool", ["--union", "--invocation-strip", V4])).octets);
  t.false(stripped.includes("rwset"));
});

test("an output that exists is not replaced", async (t) => {
  scratch.write("there.set", "x");
  scratch.write("list.txt", "10.0.0.1\n");
  const refused = await silk("rwsetbuild", ["list.txt", "there.set"]);
  t.is(refused.status, 1);
  t.regex(refused.stderr, /there\.set/);
  t.is((await silk("rwsetbuild", ["list.txt", "there.set"], { env: { SILK_CLOBBER: "1" } })).status, 0);
  t.is(await printed("rwsetcat", ["there.set"]), "10.0.0.1\n");
});

test("record versions are those asked for, by switch or environment", async (t) => {
  const version = async (env: Record<string, string>, ...args: string[]) =>
    (await silk("rwsetbuild", args, { stdin: "10.0.0.1\n", env })).octets.readUInt16BE(14);
  t.is(await version({}), 2);
  t.is(await version({}, "--record-version=4"), 4);
  t.is(await version({ SILK_IPSET_RECORD_VERSION: "4" }), 4);
  t.is(await version({ SILK_IPSET_RECORD_VERSION: "4" }, "--record-version=0"), 2);
  t.regex((await silk("rwsetbuild", ["--record-version=3"], { stdin: "" })).stderr, /record-version '3'/);
  t.regex((await silk("rwsetbuild", ["--record-version=9"], { stdin: "" })).stderr, /record-version '9'/);
});

test("wrong usage is one line and the hint of SiLK's tools", async (t) => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["rwsettool", ["x.set"], /Must specify an operation/],
    ["rwsettool", ["--union", "--intersect", "x.set"], /May only specify one/],
    ["rwsettool", ["--sample", "x.set"], /--size or --ratio/],
    ["rwsettool", ["--mask=129", "x.set"], /above maximum of 128/],
    ["rwsetcat", ["--cidr-blocks", "--ip-ranges", "x.set"], /May only specify one/],
    ["rwsetcat", ["--pr", "x.set"], /'--print-statistics' '--print-ips' '--print-filenames'/],
    ["rwsetbuild", ["a", "b", "c"], /unrecognized switch 'c'/],
    ["rwsetmember", ["10.0.0.256", "x.set"], /above maximum of 255/],
  ];
  for (const [name, args, message] of cases) {
    const { status, stdout, stderr } = await silk(name, args);
    t.deepEqual([status, stdout], [1, ""]);
    t.regex(stderr, message);
    t.regex(stderr, new RegExp(`^${name}: [^\\n]*\\nUse '${name} --help' for usage\\n$`));
  }
});
