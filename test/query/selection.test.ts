import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "ava";
import { parseArguments } from "../../src/cli/parse.js";
import { selectedFlowtypes, selectedHours, selectedSensors } from "../../src/query/selection.js";
import { selectFiles } from "../../src/query/selection_files.js";
import { STORE_SELECTION_SWITCHES } from "../../src/query/selection_switches.js";
import { Site, TWO_WAY_SITE } from "../../src/site/site.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const NOW = Date.UTC(2026, 10, 21, 14, 30);
const args = (...argv: string[]) => parseArguments(STORE_SELECTION_SWITCHES, argv);

const site = new Site({
  ...TWO_WAY_SITE,
  sensors: [0, 1, 2, 7].map((id) => ({ id, name: `S${id}`, description: "", classes: ["all"] })),
});

function hours(...argv: string[]): string {
  const text = (hour: number) => new Date(hour * 3_600_000).toISOString().slice(0, 13);
  const [first, last] = selectedHours(args(...argv), NOW);
  return `${text(first)} ${text(last)}`;
}

test("days are whole, hours inclusive, and the end takes from the start what it leaves open", (t) => {
  t.is(hours(), "2026-11-21T00 2026-11-21T23");
  t.is(hours("--start-date=2009/02/12"), "2009-02-12T00 2009-02-12T23");
  t.is(hours("--start-date=2009/02/12:05"), "2009-02-12T05 2009-02-12T05");
  t.is(hours("--start-date=2009/02/12", "--end-date=2009/02/13"), "2009-02-12T00 2009-02-13T23");
  t.is(hours("--start-date=2009/02/12", "--end-date=2009/02/13:04"), "2009-02-12T00 2009-02-13T23");
  t.is(hours("--start-date=2009/02/12:05", "--end-date=2009/02/13"), "2009-02-12T05 2009-02-13T05");
  t.is(hours("--start-date=2009/02/12T05", "--end-date=2009/02/13T04"), "2009-02-12T05 2009-02-13T04");
  t.is(hours("--start-date=2009/02/12:05:12:37", "--end-date=2009/02/12:07:59"), "2009-02-12T05 2009-02-12T07");
  t.is(hours("--start-date=1234400000", "--end-date=1234407200"), "2009-02-12T00 2009-02-12T02");
});

test("an end without start, an end before the start and no time at all are errors", (t) => {
  t.throws(() => hours("--end-date=2009/02/12"), { message: /--start-date when using --end-date/ });
  t.throws(() => hours("--start-date=2009/02/12:05", "--end-date=2009/02/12:04"), { message: /earlier than/ });
  t.throws(() => hours("--start-date=2009/13/12"), { message: /--start-date=2009\/13\/12/ });
});

test("types default to those of the site's default class; all means all of the class", (t) => {
  const types = (...argv: string[]) => selectedFlowtypes(args(...argv), site).map((each) => each.type);
  t.deepEqual(types(), ["in", "inweb", "inicmp"]);
  t.is(types("--type=all").length, 11);
  t.deepEqual(types("--type=outweb,out"), ["out", "outweb"]);
  t.deepEqual(types("--flowtypes=all/in,all/other"), ["in", "other"]);
  t.is(types("--flowtypes=all/all").length, 11);
  t.throws(() => types("--type=into"), { message: /Unrecognized type 'into' for class 'all'/ });
  t.throws(() => types("--class=none"), { message: /Unrecognized class 'none'/ });
  t.throws(() => types("--flowtypes=all/in", "--type=in"), { message: /--flowtypes/ });
  t.throws(() => types("--flowtypes=in"), { message: /'in' is not a class and a type/ });
});

test("sensors are names, numbers and ranges of numbers", (t) => {
  const sensors = (list: string) => selectedSensors(args(`--sensors=${list}`), site)?.map((each) => each.name);
  t.deepEqual(sensors("S7,0-1"), ["S0", "S1", "S7"]);
  t.deepEqual(sensors("2"), ["S2"]);
  t.throws(() => sensors("S9"), { message: /Unrecognized sensor 'S9'/ });
  t.throws(() => sensors("9"), { message: /'9'/ });
  t.is(selectedSensors(args(), site), undefined);
});

test("a tree of SiLK files is searched by its path-format", (t) => {
  const root = join(scratch.path, "tree");
  const paths = [
    "in/2009/02/12/in-S0_20090212.03",
    "inweb/2009/02/12/iw-S0_20090212.04",
    "out/2009/02/12/out-S0_20090212.03",
  ];
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), "");
  }
  const classes = TWO_WAY_SITE.flowtypes.map(({ id, type, name }) => ` type ${id} ${type} ${name}\n`).join("");
  const conf = `sensor 0 S0\nclass all\n sensors S0\n${classes} default-types in inweb\nend class\ndefault-class all\n`;
  writeFileSync(join(root, "silk.conf"), conf);
  const found = (...argv: string[]) => selectFiles(args(`--data-rootdir=${root}`, ...argv), NOW);
  t.deepEqual(
    found("--start-date=2009/02/12").silk,
    paths.slice(0, 2).map((path) => join(root, path)),
  );
  const missing = found("--start-date=2009/02/12:04", "--print-missing-files");
  t.deepEqual(missing.missing, [join(root, "in/2009/02/12/in-S0_20090212.04")]);
  writeFileSync(join(root, "silk.conf"), `${conf}path-format "%N/%f/%Y%m%d/%H/%x"\n`);
  const other = join(root, "S0/1/20090212/03/out-S0_20090212.03");
  mkdirSync(dirname(other), { recursive: true });
  writeFileSync(other, "");
  t.deepEqual(found("--start-date=2009/02/12", "--type=out").silk, [other]);
});
