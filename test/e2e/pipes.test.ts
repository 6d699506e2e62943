/** Commands joined by pipes, files and named pipes, as SiLK's users join them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { testWithFixtures } from "../support/fixtures.js";
import { linesOf } from "../support/program.js";
import { SilkCommands } from "../support/silk_commands.js";

const real = testWithFixtures(test);
const commands = new SilkCommands();
test.after.always(() => commands.remove());

const scratch = (name: string) => join(commands.scratch.path, name);
const output = (line: string, env = {}) => commands.output(line, { env });

const records = async (name: string) => {
  const text = await output(`rwfileinfo --fields=count-records --no-titles "$SCRATCH/${name}"`);
  return Number(text.trim());
};

real("flows pass a filter, a sort and a second filter", async (t) => {
  const text = await output(
    "rwfilter --proto=6 --pass=stdout v4.rw | rwsort --fields=bytes --reverse | rwfilter --dport=22 --pass=stdout - | rwcut --fields=proto,dport,bytes --no-titles --delimited=,",
  );
  const rows = linesOf(text).map((line) => line.split(",").map(Number));
  t.true(rows.length > 100);
  t.true(rows.every(([proto, port]) => proto === 6 && port === 22));
  t.deepEqual(
    rows.map(([, , bytes]) => bytes),
    rows.map(([, , bytes]) => bytes!).sort((a, b) => b - a),
  );
});

real("pass, fail and all are written together, and what fails is all that does not pass", async (t) => {
  await output(
    'rwfilter --proto=6 --pass="$SCRATCH/p.rw" --fail="$SCRATCH/f.rw" --all="$SCRATCH/a.rw" --print-stat="$SCRATCH/s.txt" v4.rw',
  );
  t.deepEqual([await records("p.rw"), await records("f.rw"), await records("a.rw")], [2633, 1367, 4000]);
  t.is(readFileSync(scratch("s.txt"), "utf8"), "Files     1.  Read       4000.  Pass       2633. Fail        1367.\n");
  const cut = "rwcut --all-fields --delimited --no-titles";
  t.is(
    await output(`${cut} "$SCRATCH/p.rw" "$SCRATCH/f.rw" | sort`),
    await output(`${cut} v4.rw | sort`),
    "nothing of a flow is lost",
  );
  t.is(await output(`${cut} "$SCRATCH/a.rw"`), await output(`${cut} v4.rw`));
});

real("two pass destinations get the same flows, one of them a pipe", async (t) => {
  const text = await output(
    'rwfilter --dport=22 --pass="$SCRATCH/two.rw" --pass=stdout v4.rw | rwuniq --fields=dport --no-titles --delimited',
  );
  t.is(text, `22|${await records("two.rw")}\n`);
});

real("--copy-input writes every flow, also those that a limit leaves unread", async (t) => {
  const first = await output('rwcut --fields=sip --num-recs=1 --copy-input="$SCRATCH/copy.rw" v4.rw');
  t.is(linesOf(first).length, 2);
  t.is(await records("copy.rw"), 4000);
  const both = await output(
    'rwuniq --fields=proto --sort --output-path="$SCRATCH/u.txt" --copy-input=stdout v4.rw | rwstats --fields=proto --count=1 --no-titles --delimited',
  );
  t.is(both, "6|2633|65.825000|65.825000\n");
  t.is(linesOf(readFileSync(scratch("u.txt"), "utf8")).length, 4);
});

real("--xargs takes names from a file and from standard input", async (t) => {
  const statistics = "Files     2.  Read       8000.  Pass       5266. Fail        2734.\n";
  const filter = "rwfilter --proto=6 --print-statistics=stdout";
  t.is(await output(`ls v4.rw v6.rw | ${filter} --xargs`), statistics);
  t.is(await output(`ls v4.rw v6.rw > "$SCRATCH/names"; ${filter} --xargs="$SCRATCH/names"`), statistics);
  t.is(await output(`cat v4.rw | ${filter} v6.rw stdin`), statistics, "standard input among files");
  t.is(
    await output(`cat v4.rw | ${filter} --input-pipe=stdin`),
    statistics.replace(
      "2.  Read       8000.  Pass       5266. Fail        2734",
      "1.  Read       4000.  Pass       2633. Fail        1367",
    ),
  );
});

real("SiLK, IPFIX and Parquet are read together", async (t) => {
  await output('rwfilter --all="$SCRATCH/all.ipfix" --output-format=ipfix v4.rw');
  await output('rwsort --fields=stime --output-format=parquet --output-path="$SCRATCH/all.parquet" v4.rw');
  const inputs = ["v4.rw", '"$SCRATCH/all.ipfix"', '"$SCRATCH/all.parquet"'];
  const text = await output(
    `rwuniq --fields=sip,dip,sport,dport,stime --values=records --threshold=records=${inputs.length} --no-titles ${inputs.join(" ")} | wc -l`,
  );
  t.is(Number(text), Number(await output("rwuniq --fields=sip,dip,sport,dport,stime --no-titles v4.rw | wc -l")));
});

real("named pipes are read and written", async (t) => {
  const text = await output(
    'mkfifo "$SCRATCH/in" "$SCRATCH/out"; cat v4.rw > "$SCRATCH/in" & rwcut --fields=proto --num-recs=2 --no-titles "$SCRATCH/out" & rwfilter --proto=17 --pass="$SCRATCH/out" "$SCRATCH/in"; wait',
  );
  t.is(text, " 17|\n 17|\n");
});

real("--print-filenames names inputs on standard error as they are opened", async (t) => {
  const { stderr, stdout } = await commands.shell("rwcut --fields=1 --num-recs=4001 --print-filenames v4.rw v6.rw");
  t.is(stderr, "v4.rw\nv6.rw\n");
  t.is(linesOf(stdout).length, 4002);
});

real("a reader that leaves early ends a command quietly with status 0", async (t) => {
  for (const line of [
    "rwcut --all-fields v4.rw v4.rw v4.rw v4.rw",
    "rwsort --fields=bytes v4.rw v4.rw v4.rw v4.rw",
    "rwfilter --proto=0-255 --pass=stdout v4.rw v4.rw v4.rw v4.rw",
    "rwuniq --fields=1-5 v4.rw",
  ]) {
    const { stdout, stderr } = await commands.shell(`${line} | head -c 100 >/dev/null; echo "\${PIPESTATUS[0]}"`);
    t.deepEqual([line, stdout, stderr], [line, "0\n", ""]);
  }
});

real("nothing is left of outputs when an input breaks off in the middle", async (t) => {
  const lines = [
    'rwfilter --proto=6 --pass="$SCRATCH/broken/p" --fail="$SCRATCH/broken/f" v6.rw "$SCRATCH/torn.rw"',
    'rwsort --fields=bytes --output-path="$SCRATCH/broken/s" "$SCRATCH/torn.rw"',
    'rwcut --output-path="$SCRATCH/broken/c" "$SCRATCH/torn.rw"',
    'rwuniq --fields=1 --output-path="$SCRATCH/broken/u" "$SCRATCH/torn.rw"',
    'rwstats --fields=1 --count=1 --output-path="$SCRATCH/broken/st" "$SCRATCH/torn.rw"',
    'rwcount --output-path="$SCRATCH/broken/co" "$SCRATCH/torn.rw"',
    'rwset --sip-file="$SCRATCH/broken/set" --dip-file="$SCRATCH/broken/set2" "$SCRATCH/torn.rw"',
  ];
  await output('mkdir "$SCRATCH/broken"; head -c 100000 v4.rw > "$SCRATCH/torn.rw"');
  for (const line of lines) {
    const { status, stderr, stdout } = await commands.shell(line);
    t.deepEqual([line, status, stdout, linesOf(stderr).length], [line, 1, "", 1]);
    t.regex(stderr, /^rw\w+: .*torn\.rw: /, line);
    t.deepEqual(readdirSync(scratch("broken")), [], line);
  }
});

real("an output that exists stays as it is, unless SILK_CLOBBER is set", async (t) => {
  await output('echo mine > "$SCRATCH/mine.rw"');
  const line = 'rwfilter --proto=17 --pass="$SCRATCH/mine.rw" v4.rw';
  for (const env of [{}, { SILK_CLOBBER: "" }]) {
    const { status, stderr } = await commands.shell(line, { env });
    t.is(status, 1);
    t.regex(stderr, /^rwfilter: .*mine\.rw: .*exists/);
    t.is(readFileSync(scratch("mine.rw"), "utf8"), "mine\n");
  }
  await output(line, { SILK_CLOBBER: "1" });
  t.is(await records("mine.rw"), 1225);
});

real("binary output is refused on a terminal", async (t) => {
  for (const line of [
    "rwfilter --proto=6 --pass=stdout v4.rw",
    "rwsort --fields=1 v4.rw",
    "rwset --sip-file=stdout v4.rw",
  ]) {
    const { status, stdout } = await commands.shell(`script -qec '${line}' /dev/null </dev/null`);
    t.is(status, 1, line);
    t.regex(stdout, /terminal/, line);
    t.is(linesOf(stdout).length, 1, line);
  }
});

real("a pager shows output on terminals only; the switch wins over the environment", async (t) => {
  const on = (line: string, env = {}) => commands.shell(`script -qec '${line}' /dev/null </dev/null`, { env });
  const cut = "rwcut --fields=proto --num-recs=1 --no-titles v4.rw";
  const marking = (mark: string) => `sed s/^/${mark}/`;
  t.is((await on(cut, { SILK_PAGER: marking("A"), PAGER: marking("B") })).stdout, "A 17|\r\n");
  t.is((await on(cut, { PAGER: marking("B") })).stdout, "B 17|\r\n");
  t.is((await on(`${cut} --pager="${marking("C")}"`, { SILK_PAGER: marking("A") })).stdout, "C 17|\r\n");
  t.is((await on(`${cut} --pager=""`, { SILK_PAGER: marking("A") })).stdout, " 17|\r\n");
  t.is(await output(cut, { SILK_PAGER: marking("A") }), " 17|\n");
  t.false(existsSync(scratch("typescript")));
});
