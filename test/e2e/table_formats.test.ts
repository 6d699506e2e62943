/** --output-format of the analysis commands: every format has the values of the text. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { type Ended, linesOf, PROGRAM, type RunOptions, runCommand } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { arrowTable, csvTable, jsonTable, parquetTable, type TableRow } from "../support/tables.js";

const SILK = join(FIXTURES, "silk");
const fixtureTest = testWithFixtures(test);
const scratch = new Scratch();
test.after.always(() => scratch.remove());
const NAMES = ["rwcut", "rwuniq", "rwstats", "rwcount", "rwfilter", "rwsort", "rwtuc"] as const;
type Name = (typeof NAMES)[number];
for (const name of NAMES) symlinkSync(PROGRAM, join(scratch.path, name));

const ENVIRONMENT = { SILK_CONFIG_FILE: "silk.conf" };

function silk(name: Name, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return runCommand(join(scratch.path, name), args, { cwd: SILK, env: ENVIRONMENT, ...options });
}

let files = 0;

/** A path in the scratch folder that is not there yet. */
function newPath(extension: string): string {
  files += 1;
  return join(scratch.path, `table${files}.${extension}`);
}

/** What a command writes in each format. */
async function tables(t: ExecutionContext, name: Name, args: readonly string[]) {
  const written = async (format: string) => {
    const { status, stderr, stdout, octets } = await silk(name, [...args, `--output-format=${format}`]);
    t.is(stderr, "");
    t.is(status, 0);
    return { stdout, octets };
  };
  const path = newPath("parquet");
  writeFileSync(path, (await written("parquet")).octets);
  return {
    csv: csvTable((await written("csv")).stdout),
    json: jsonTable((await written("json")).stdout),
    arrow: arrowTable((await written("arrow")).octets),
    parquet: await parquetTable(path),
  };
}

const TIME = /^(\d{4})\/(\d\d)\/(\d\d)T(\d\d:\d\d:\d\d)(\.\d{3})?$/;

/** A value in one form: times with microseconds, numbers with so many digits as text has. */
function plain(value: string, digits: number): string {
  const time = TIME.exec(value);
  if (time !== null) return `${time[1]}-${time[2]}-${time[3]}T${time[4]}${time[5] ?? ".000"}000Z`;
  return /^-?\d+(\.\d+)?(e-?\d+)?$/.test(value) ? Number(value).toFixed(digits) : value;
}

function plainRows(rows: readonly TableRow[], digits: number): readonly (readonly string[])[] {
  return rows.map((row) => Object.values(row).map((value) => plain(value, digits)));
}

/** Rows of the text that the command prints without a format. */
async function textRows(name: Name, args: readonly string[], digits: number): Promise<readonly string[][]> {
  const { stdout } = await silk(name, [...args, "--delimited=,", "--no-titles"]);
  return linesOf(stdout)
    .filter((line) => !/^(INPUT|OUTPUT): /.test(line))
    .map((line) => line.split(",").map((value) => plain(value, digits)));
}

const COMMANDS: readonly { does: string; name: Name; args: readonly string[]; digits?: number; names: string }[] = [
  {
    does: "rwcut of all fields",
    name: "rwcut",
    args: ["--all-fields", "--num-recs=300", "v4.rw", "v6.rw"],
    names:
      "sip dip sport dport protocol packets bytes flags stime duration etime sensor in out nhip initialflags " +
      "sessionflags attributes application class type stime_msec etime_msec dur_msec itype icode",
  },
  {
    does: "rwcut of ICMP's fields",
    name: "rwcut",
    args: ["--proto=58", "--fields=itype,icode,dip", "v6.rw"],
    names: "itype icode dip",
  },
  {
    does: "the last rows of rwcut",
    name: "rwcut",
    args: ["--tail-recs=5", "--fields=etime,sensor,bytes", "v4.rw"],
    names: "etime sensor bytes",
  },
  {
    does: "rwcut of a range of rows",
    name: "rwcut",
    args: ["--start-rec-num=100", "--end-rec-num=120", "--fields=1-5", "v6.rw"],
    names: "sip dip sport dport protocol",
  },
  {
    does: "rwuniq by addresses, times and sensor",
    name: "rwuniq",
    args: [
      "--fields=dip,stime,sensor,duration,flags",
      "--bin-time=7200",
      "--values=flows,bytes,packets,distinct:sport,stime,etime",
      "v4.rw",
    ],
    names: "dip stime sensor duration flags records bytes packets sport_distinct stime_earliest etime_latest",
  },
  {
    does: "rwstats with its percentages",
    name: "rwstats",
    args: ["--fields=sip,dport", "--values=bytes,flows", "--count=25", "v6.rw"],
    names: "sip dport bytes records percent cumulative_percent",
  },
  {
    does: "rwstats of the lowest without percentages",
    name: "rwstats",
    args: ["--fields=type", "--bottom", "--percentage=50", "--no-percents", "--values=distinct:dip", "v4.rw"],
    names: "type dip_distinct",
  },
  {
    does: "rwcount with empty bins",
    name: "rwcount",
    args: ["--bin-size=20", "--start-time=2009/02/12T00:00", "--end-time=2009/02/12T00:30", "v4.rw"],
    digits: 2,
    names: "stime records bytes packets",
  },
  {
    does: "rwcount without them",
    name: "rwcount",
    args: ["--bin-size=0.5", "--skip-zeroes", "--proto=17", "--load-scheme=1", "v4.rw"],
    digits: 2,
    names: "stime records bytes packets",
  },
];

for (const { does, name, args, digits = 6, names } of COMMANDS)
  fixtureTest(`${does}: every format has the values of the text`, async (t) => {
    const expected = await textRows(name, args, digits);
    t.true(expected.length > 0);
    for (const [format, rows] of Object.entries(await tables(t, name, args))) {
      t.deepEqual(Object.keys(rows[0]!), names.split(" "), format);
      t.deepEqual(plainRows(rows, digits), expected, format);
    }
  });

fixtureTest("times, durations and shares are exact, and addresses do not follow --ip-format", async (t) => {
  const args = ["--fields=sip,stime,dur,flags", "--num-recs=3", "--ip-format=decimal", "--integer-tcp-flags"];
  const { stdout } = await silk("rwcut", [...args, "--output-format=json", "v6.rw"]);
  t.deepEqual(JSON.parse(linesOf(stdout)[2]!), {
    sip: "2001:db8:a:f9::a8:23",
    stime: "2009-02-12T00:02:56.441000Z",
    duration: 13.31,
    flags: "FSPA",
  });
});

fixtureTest("nothing gives valid, empty files", async (t) => {
  for (const [name, args] of [
    ["rwcut", ["--fields=sip,stime"]],
    ["rwuniq", ["--fields=sip"]],
    ["rwstats", ["--fields=sip", "--count=5"]],
    ["rwcount", []],
  ] as const) {
    const empty = await tables(t, name, [...args, "--bytes-per-packet=100000-", "v4.rw"]);
    t.deepEqual(empty, { csv: [], json: [], arrow: [], parquet: [] }, name);
  }
  const { stdout } = await silk("rwcut", ["--fields=sip", "--packets=0-0", "--output-format=csv", "v4.rw"]);
  t.is(stdout, "sip\n");
});

fixtureTest("rwfilter and rwsort write every column of flows in every format", async (t) => {
  const pass = (format: string) => ["--proto=6", `--output-format=${format}`, "--pass=stdout", "v6.rw"];
  const csv = csvTable((await silk("rwfilter", pass("csv"))).stdout);
  const text = await textRows("rwcut", ["--proto=6", "--fields=9,11,1-5,6,7,8", "v6.rw"], 0);
  t.deepEqual(
    csv.map((row) =>
      Object.values(row)
        .slice(0, 10)
        .map((value) => plain(value, 0)),
    ),
    text,
  );
  t.deepEqual(jsonTable((await silk("rwfilter", pass("json"))).stdout), csv);
  t.deepEqual(arrowTable((await silk("rwfilter", pass("arrow"))).octets), csv);
  const sorted = await silk("rwsort", ["--fields=stime,bytes", "--output-format=csv", "v6.rw"]);
  const { octets } = await silk("rwsort", ["--fields=stime,bytes", "v6.rw"]);
  const order = await silk("rwcut", ["--fields=bytes", "--no-titles", "--delimited"], { stdin: octets });
  t.deepEqual(
    csvTable(sorted.stdout).map(({ bytes }) => bytes),
    linesOf(order.stdout),
  );
});

fixtureTest("Parquet of rwfilter and rwsort is read again as the flows that it was made of", async (t) => {
  const [pass, fail, all, sorted] = Array.from({ length: 4 }, () => newPath("parquet")) as [
    string,
    string,
    string,
    string,
  ];
  const outputs = [`--pass=${pass}`, `--fail=${fail}`, `--all=${all}`, "--print-statistics"];
  const filter = await silk("rwfilter", ["--proto=6", "--output-format=parquet", ...outputs, "v4.rw"]);
  t.is(filter.stderr, (await silk("rwfilter", ["--proto=6", "--print-statistics", "v4.rw"])).stderr);
  await silk("rwsort", ["--fields=dip,bytes", "--output-format=parquet", `--output-path=${sorted}`, "v4.rw"]);
  const cut = async (...args: string[]) => (await silk("rwcut", ["--all-fields", ...args])).stdout;
  t.is(await cut(pass), await cut("--proto=6", "v4.rw"));
  t.is(await cut(fail), await cut("--proto=0-5,7-", "v4.rw"));
  t.is(await cut(all), await cut("v4.rw"));
  const { octets } = await silk("rwsort", ["--fields=dip,bytes", "v4.rw"]);
  t.is(await cut(sorted), (await silk("rwcut", ["--all-fields"], { stdin: octets })).stdout);
});

fixtureTest("types of one name in two classes stay apart in Parquet", async (t) => {
  const types = (name: string) => ["in", "out", "inweb", "outweb"].map((type, k) => `type ${k} ${type} ${name}${k}`);
  const conf = scratch.write(
    "classes.conf",
    ["version 2", "class first", ...types("a"), "end class", "class all"]
      .concat(["in", "out", "inweb", "outweb"].map((type, k) => `type ${4 + k} ${type} b${k}`))
      .concat(["end class", ""])
      .join("\n"),
  );
  const text = [
    "sIP|class|type|",
    ...["first|in", "all|in", "all|out", "first|outweb"].map((type, k) => `10.0.0.${k}|${type}|`),
    "",
  ].join("\n");
  const env = { SILK_CONFIG_FILE: conf };
  const { octets } = await silk("rwtuc", [], { stdin: text, env });
  const path = newPath("parquet");
  await silk("rwsort", ["--fields=sip", "--output-format=parquet", `--output-path=${path}`], { stdin: octets, env });
  const { stdout } = await silk("rwcut", ["--fields=sip,class,type", "--no-columns", path], { env });
  t.is(stdout, text);
});

fixtureTest("Parquet of flows brings the names of its sensors and types along", async (t) => {
  const path = newPath("parquet");
  await silk("rwfilter", ["--proto=6", "--output-format=parquet", `--pass=${path}`, "v4.rw"]);
  const fields = ["--fields=sensor,class,type", "--delimited", "--num-recs=50"];
  const known = await silk("rwcut", [...fields, "--proto=6", "v4.rw"]);
  const elsewhere = { cwd: scratch.path, env: { SILK_CONFIG_FILE: "" } };
  t.is((await silk("rwcut", [...fields, path], elsewhere)).stdout, known.stdout);
  t.regex(known.stdout, /^S\d\|all\|(in|out)/m);
});

fixtureTest("a direct filter to Parquet obeys its limit, and a store's and other files go together", async (t) => {
  const few = newPath("parquet");
  const args = ["--proto=6", "--max-pass=7", "--output-format=parquet", `--pass=${few}`, "v4.rw"];
  t.is((await silk("rwfilter", args)).status, 0);
  const counted = await silk("rwuniq", ["--fields=proto", "--no-titles", "--delimited", few, few, "v6.rw"]);
  const [tcp] = linesOf(
    (await silk("rwuniq", ["--fields=proto", "--no-titles", "--delimited", "v6.rw"])).stdout,
  ).filter((line) => line.startsWith("6|"));
  t.true(linesOf(counted.stdout).includes(`6|${Number(tcp!.slice(2)) + 14}`));
});

fixtureTest("an output that exists is refused, and a refused command leaves nothing", async (t) => {
  const path = newPath("csv");
  writeFileSync(path, "kept\n");
  for (const format of ["csv", "parquet"]) {
    const { status, stderr } = await silk("rwcut", [`--output-format=${format}`, `--output-path=${path}`, "v4.rw"]);
    t.is(status, 1);
    t.regex(stderr, /file exists/);
  }
  t.is(readFileSync(path, "utf8"), "kept\n");
  const broken = newPath("json");
  const { status } = await silk("rwcut", ["--output-format=json", `--output-path=${broken}`, "v4.rw", "none.rw"]);
  t.is(status, 1);
  t.false(existsSync(broken));
});

fixtureTest("redirections append, and a reader that goes away is quiet", (t) => {
  const appended = newPath("json");
  const shell = (line: string) => {
    const PATH = `${scratch.path}:${process.env.PATH ?? ""}`;
    return spawnSync("bash", ["--norc", "-c", line], {
      cwd: SILK,
      env: { ...process.env, ...ENVIRONMENT, PATH },
      encoding: "utf8",
    });
  };
  const once = "rwcut --num-recs=2 --fields=sip --output-format=json v4.rw";
  shell(`${once} > ${appended}; ${once} >> ${appended}`);
  t.is(linesOf(readFileSync(appended, "utf8")).length, 4);
  for (const format of ["csv", "json", "arrow", "parquet"]) {
    const many = "v4.rw v6.rw v4.rw v6.rw v4.rw v6.rw v4.rw v6.rw";
    const ended = shell(
      `rwcut --all-fields --output-format=${format} ${many} | head -c 100 | wc -c; echo "\${PIPESTATUS[0]}"`,
    );
    t.is(ended.stderr, "", format);
    t.deepEqual(
      ended.stdout.split(/\s+/).filter((word) => word !== ""),
      ["100", "0"],
      format,
    );
  }
});

fixtureTest("--sql prints the SELECT, and unknown formats are named", async (t) => {
  const { stdout, status } = await silk("rwcut", ["--fields=sip", "--output-format=parquet", "--sql", "v4.rw"]);
  t.is(status, 0);
  t.regex(stdout, /^WITH flows AS .* SELECT .* AS "sip" FROM flows;\n$/s);
  const unknown = await silk("rwcut", ["--output-format=xml", "v4.rw"]);
  t.is(unknown.status, 1);
  t.regex(unknown.stderr, /Expected one of text, parquet, arrow, json, csv/);
  const shortened = await silk("rwcut", ["--fields=bytes", "--num-recs=1", "--output=stdout", "v4.rw"]);
  t.is(shortened.status, 0);
});
