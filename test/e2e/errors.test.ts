/** Errors of commands called by their SiLK names: lines and statuses that scripts rely on. */
import test from "ava";
import { testWithFixtures } from "../support/fixtures.js";
import { SilkCommands } from "../support/silk_commands.js";

const real = testWithFixtures(test);
const commands = new SilkCommands();
test.after.always(() => commands.remove());

/** Command lines with the lines that they print on standard error; each ends with status 1 and prints nothing else. */
function refuses(title: string, cases: Readonly<Record<string, readonly string[]>>): void {
  real(title, async (t) => {
    for (const [line, expected] of Object.entries(cases)) {
      const { status, stdout, stderr } = await commands.shell(line);
      t.deepEqual([line, status, stdout, stderr], [line, 1, "", expected.map((each) => `${each}\n`).join("")]);
    }
  });
}

const usage = (command: string) => `Use '${command} --help' for usage`;

refuses("a value out of range is named with its switch", {
  "rwfilter --proto=300 --pass=stdout v4.rw": [
    "rwfilter: Invalid protocol: Value is above maximum of 255",
    "rwfilter: Error processing --protocol option: '300'",
  ],
  "rwfilter --sport=65536 --pass=stdout v4.rw": [
    "rwfilter: Invalid sport: Value is above maximum of 65535",
    "rwfilter: Error processing --sport option: '65536'",
  ],
  "rwfilter --icmp-type=1,256 --pass=stdout v4.rw": [
    "rwfilter: Invalid icmp-type: Value is above maximum of 255",
    "rwfilter: Error processing --icmp-type option: '1,256'",
  ],
});

refuses("a field that is not there is named", {
  "rwcut --fields=foo v4.rw": ["rwcut: Invalid fields: No match was found for the field 'foo'", usage("rwcut")],
  "rwsort --fields=1,foo v4.rw >&2": [
    "rwsort: Invalid fields: No match was found for the field 'foo'",
    usage("rwsort"),
  ],
  "rwuniq --fields=1-3,99 v4.rw": ["rwuniq: Invalid fields: No match was found for the field '99'", usage("rwuniq")],
  "rwstats --fields=sip --values=foo --count=1 v4.rw": [
    "rwstats: Invalid values: No match was found for the field 'foo'",
    usage("rwstats"),
  ],
});

refuses("a file that cannot be opened is named with the reason", {
  "rwcut nofile": ["rwcut: Error opening file 'nofile': No such file or directory"],
  "rwuniq --fields=1 nofile": ["rwuniq: Error opening file 'nofile': No such file or directory"],
  "rwcount nofile": ["rwcount: Error opening file 'nofile': No such file or directory"],
});

refuses("what is missing is asked for", {
  "rwfilter --pass-destination=stdout v4.rw": [
    "rwfilter: Must specify partitioning rules when using --pass-destination",
    usage("rwfilter"),
  ],
  "rwuniq v4.rw": ["rwuniq: The --fields switch is required", usage("rwuniq")],
  "rwsort v4.rw": ["rwsort: The --fields switch is required", usage("rwsort")],
  "rwcut --fields": ["rwcut: option '--fields' requires an argument", usage("rwcut")],
});

refuses("a switch that is not known, not unique or has an argument too many is refused as getopt does", {
  "rwcut --foo v4.rw": ["rwcut: unrecognized option '--foo'", usage("rwcut")],
  "rwcut --foo=3 v4.rw": ["rwcut: unrecognized option '--foo=3'", usage("rwcut")],
  "rwcut --no-titles=3 v4.rw": ["rwcut: option '--no-titles' doesn't allow an argument", usage("rwcut")],
  "rwcut --no v4.rw": [
    "rwcut: option '--no' is ambiguous; possibilities: '--no-titles' '--no-columns' '--no-final-delimiter'",
    usage("rwcut"),
  ],
  "rwtuc --output=t.rw": [
    "rwtuc: option '--output=t.rw' is ambiguous; possibilities: '--output-path' '--output-index'",
    usage("rwtuc"),
  ],
  "rwfilter --flags=S/S v4.rw": [
    "rwfilter: option '--flags=S/S' is ambiguous; possibilities: '--flags-all' '--flags-initial' '--flags-session'",
    usage("rwfilter"),
  ],
});

refuses(
  "standard output takes one thing only",
  Object.fromEntries(
    [
      "rwfilter --proto=6 --pass=stdout --fail=- v4.rw",
      "rwfilter --proto=6 --pass=stdout --print-statistics=stdout v4.rw",
      "rwset --sip-file=stdout --dip-file=- v4.rw",
      "rwset --sip-file=stdout --copy-input=- v4.rw",
      "rwcut --copy-input=stdout v4.rw",
      "rwuniq --fields=1 --copy-input=stdout --output-path=- v4.rw",
    ].map((line) => {
      const [command = ""] = line.split(" ");
      return [line, [`${command}: Multiple outputs are using standard output`, usage(command)]];
    }),
  ),
);

refuses("limits of rwcut that contradict each other are refused", {
  "rwcut --tail-recs=5 --start-rec-num=3 v4.rw": [
    "rwcut: May only specify one of --tail-recs or --start-rec-num and --end-rec-num",
    usage("rwcut"),
  ],
  "rwcut --start-rec-num=5 --end-rec-num=3 v4.rw": [
    "rwcut: The end-rec-num is less than start-rec-num: 3 < 5",
    usage("rwcut"),
  ],
});

real("switches that cannot work here say so by name", async (t) => {
  for (const line of [
    "rwfilter --plugin=x.so --pass=stdout v4.rw",
    "rwfilter --python-expr=True --pass=stdout v4.rw",
    "rwcut --plugin=x.so v4.rw",
    "rwsort --plugin=x.so --fields=1 v4.rw",
    "rwstats --python-file=x.py --fields=1 --count=1 v4.rw",
  ]) {
    const { status, stderr, stdout } = await commands.shell(line);
    const name = /--[\w-]+/.exec(line)![0];
    t.deepEqual([line, status, stdout], [line, 1, ""]);
    t.true(stderr.includes(`${name} is not supported: `), `${line}: ${stderr}`);
  }
});

real("a date is refused where files are named", async (t) => {
  const { status, stderr } = await commands.shell("rwfilter --start-date=2009/02/12 --proto=6 --pass=stdout v4.rw");
  t.is(status, 1);
  t.regex(stderr, /--start-date/);
});
