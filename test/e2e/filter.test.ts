/** What rwfilter writes beside flows, and how many flows it writes. */
import test from "ava";
import { testWithFixtures } from "../support/fixtures.js";
import { linesOf } from "../support/program.js";
import { SilkCommands } from "../support/silk_commands.js";

const real = testWithFixtures(test);
const commands = new SilkCommands();
test.after.always(() => commands.remove());

const output = (line: string, env = {}) => commands.output(line, { env });

real("a limit of passing or failing flows takes the first ones", async (t) => {
  const first = await output("rwfilter --proto=6 --max-pass-records=5 --pass=stdout v4.rw | rwcut --fields=1-5");
  t.is(first, await output("rwfilter --proto=6 --pass=stdout v4.rw | rwcut --fields=1-5 --num-recs=5"));
  const failing = await output("rwfilter --proto=6 --max-fail=3 --fail=stdout v4.rw | rwcut --fields=1-5");
  t.is(failing, await output("rwfilter --proto=0-5,7- --pass=stdout v4.rw | rwcut --fields=1-5 --num-recs=3"));
  t.is(
    await output("rwfilter --proto=6 --max-pass=0 --pass=stdout v4.rw | rwuniq --fields=proto --no-titles --delimited"),
    "6|2633\n",
    "0 is no limit",
  );
});

real("limits do not change what statistics count", async (t) => {
  t.is(
    await output(
      "rwfilter --proto=6 --max-pass=5 --max-fail=2 --pass=/dev/null --fail=/dev/null --print-stat=stdout v4.rw",
    ),
    "Files     1.  Read       4000.  Pass       2633. Fail        1367.\n",
  );
});

real("statistics go to standard error unless a path is given", async (t) => {
  const { stdout, stderr } = await commands.shell("rwfilter --proto=6 --print-statistics v4.rw");
  t.is(stdout, "");
  t.is(stderr, "Files     1.  Read       4000.  Pass       2633. Fail        1367.\n");
});

real("--dry-run names the files that would be read and opens no output", async (t) => {
  const line = 'mkdir "$SCRATCH/dry"; rwfilter --proto=6 --dry-run --pass="$SCRATCH/dry/p.rw" v4.rw v6.rw';
  t.is(await output(`${line}; ls "$SCRATCH/dry"`), "v4.rw\nv6.rw\n");
  t.is((await commands.shell("rwfilter --proto=300 --dry-run --pass=/dev/null v4.rw")).status, 1);
});

real("--all-destination needs no rule", async (t) => {
  t.is(
    await output("rwfilter --all-destination=stdout v4.rw | rwcut --num-recs=20"),
    await output("rwcut --num-recs=20 v4.rw"),
  );
});

real("both versions of IP are a rule, which all flows keep", async (t) => {
  const text = await output("rwfilter --ip-version=4,6 --pass=stdout v4.rw v6.rw | rwuniq --fields=class --no-titles");
  t.is(linesOf(text).length, 1);
  t.regex(text, / 8000\|/);
});

real("flows of SiLK files stay SiLK, and the compression of the environment is taken", async (t) => {
  const compression = (env: Record<string, string>, argument = "") =>
    output(`rwfilter --proto=6 ${argument} --pass=stdout v4.rw | rwfileinfo --fields=compression --no-titles -`, env);
  t.regex(await compression({ SILK_COMPRESSION_METHOD: "zlib" }), /zlib/);
  t.regex(await compression({ SILK_COMPRESSION_METHOD: "zlib" }, "--compression-method=none"), /none/);
});

real("the command lines of a pipe are kept in order in the output's history", async (t) => {
  const text = await output(
    "rwfilter --proto=6 --note-add=mine --pass=stdout v4.rw | rwsort --fields=1 | rwfileinfo --fields=command-lines,annotations -",
  );
  t.regex(text, /rwfilter .*--proto=6[\s\S]*rwsort .*--fields=1[\s\S]*mine/);
});

real("any unique beginning of a switch will do", async (t) => {
  const full = await output(
    "rwfilter --protocol=6 --flags-all=S/SA --saddress=10.x.x.x --print-volume-statistics=stdout v4.rw",
  );
  t.is(await output("rwfilter --proto=6 --flags-a=S/SA --sad=10.x.x.x --print-vol=stdout v4.rw"), full);
  t.is(await output("rwfilter --proto 6 --flags-a S/SA --sad 10.x.x.x --print-vol=stdout v4.rw"), full);
  t.is(
    await output("rwfilter --syn=1 --ack=0 --print-stat=stdout v4.rw"),
    await output("rwfilter --syn-flag=1 --ack-flag=0 --print-statistics=stdout v4.rw"),
  );
});

real("a Parquet file, which is read once for each output, passes and fails the same flows", async (t) => {
  await output('rwsort --fields=stime --output-format=parquet --output-path="$SCRATCH/v4.parquet" v4.rw');
  const filter = (input: string, name: string) =>
    output(
      `rwfilter --proto=6 --dport=0-1023 --pass="$SCRATCH/${name}p" --fail="$SCRATCH/${name}f" --all="$SCRATCH/${name}a" --print-vol=stdout --output-format=ipfix ${input}`,
    );
  t.is(await filter('"$SCRATCH/v4.parquet"', "x"), await filter("v4.rw", "y"));
  for (const kind of ["p", "f", "a"]) {
    const flows = (name: string) =>
      output(`rwcut --fields=1-15,20-29 --delimited --no-titles "$SCRATCH/${name}${kind}" | sort`);
    t.is(await flows("x"), await flows("y"), kind);
  }
  const limited = await output(
    'rwfilter --proto=6 --max-pass=7 --pass=stdout --fail=/dev/null "$SCRATCH/v4.parquet" | rwuniq --fields=proto --no-titles --delimited',
  );
  t.is(limited, "6|7\n");
});
