import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { readSilkConf } from "../../src/site/silk_conf.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

let files = 0;
function conf(text: string) {
  files += 1;
  return readSilkConf(scratch.write(`silk${files}.conf`, text));
}

function failure(t: { throws: (action: () => unknown) => Error | undefined }, text: string): string {
  return (t.throws(() => conf(text))?.message ?? "").replace(/^.*silk\d+\.conf/, "silk.conf");
}

testWithFixtures(test)("the configuration of SiLK's two-way site is read whole", (t) => {
  const site = readSilkConf(join(FIXTURES, "silk", "silk.conf"));
  t.is(site.sensors.length, 15);
  t.deepEqual(site.sensors[0], { id: 0, name: "S0", description: "Description for sensor S0", classes: ["all"] });
  t.deepEqual(site.flowtypes.map(({ id, type, name }) => `${id} ${type} ${name}`).slice(0, 4), [
    "0 in in",
    "1 out out",
    "2 inweb iw",
    "3 outweb ow",
  ]);
  t.deepEqual(site.classes[0]?.defaultTypes, ["in", "inweb", "inicmp"]);
  t.is(site.defaultClass, "all");
  t.is(site.packingLogic, "packlogic-twoway.so");
});

test("an empty packing-logic is none, and a class opened twice is one class", (t) => {
  const site = conf(`
    version 2
    sensor 1 Beta "the \\"second\\" \\101" # comment
    sensor 0 Alpha
    group both
      sensors Alpha
      sensors Beta
    end group
    class all
      type 0 in in
      sensors @both
    end class
    class all
      type 1 out
      default-types in
    end class
    packing-logic ""
    path-format "%N/%Y/%x"`);
  t.is(site.packingLogic, undefined);
  t.is(site.pathFormat, "%N/%Y/%x");
  t.deepEqual(site.classes, [{ name: "all", sensors: ["Alpha", "Beta"], types: ["in", "out"], defaultTypes: ["in"] }]);
  t.is(site.sensors[1]?.description, 'the "second" A');
  t.is(site.flowtypes[1]?.name, "allout");
});

test("included files are read in place, relative to the file that includes them", (t) => {
  scratch.write("more.conf", "sensor 7 Seven\n");
  t.deepEqual(
    conf('include "more.conf"\nsensor 8 Eight').sensors.map((each) => each.name),
    ["Seven", "Eight"],
  );
  scratch.write("loop.conf", 'include "loop.conf"\n');
  t.regex(t.throws(() => conf('include "loop.conf"')).message, /loop\.conf:1: files include each other/);
});

test("errors name file and line and say what would be right", (t) => {
  t.is(failure(t, "sensor 0 A\nsensr 1 B"), "silk.conf:2: unknown keyword 'sensr', did you mean 'sensor'?");
  t.is(failure(t, "sensor 0 A\nsensor 0 B"), "silk.conf:2: sensor identifier 0 is already that of A");
  t.is(failure(t, "sensor 70000 A"), "silk.conf:1: sensor identifier '70000' is not a whole number from 0 to 65534");
  t.regex(failure(t, "sensor 0 A_B"), /:1: sensor name 'A_B' must start with a letter/);
  t.regex(failure(t, "class all\nsensors Nowhere\nend class"), /:2: sensor 'Nowhere' is not defined/);
  t.regex(failure(t, "class all\ntype 255 in\nend class"), /:2: flowtype identifier '255'/);
  t.regex(failure(t, "class all\ntype 1 in"), /:2: the class block is not closed/);
  t.regex(failure(t, "class all\nend group"), /:2: 'end group' where 'end class'/);
  t.regex(failure(t, 'path-format "%T/%q/%x"'), /:1: path-format has the unknown conversion '%q'/);
  t.regex(failure(t, 'path-format "%T/%Y"'), /:1: path-format '%T\/%Y' must end in \/%x/);
  t.regex(failure(t, 'sensor 1 A "open'), /:1: string without closing quotation mark/);
  t.regex(failure(t, "default-class none"), /:1: the default-class 'none' is not defined/);
});

test("no cut-off of a configuration does anything but parse or fail in one line", (t) => {
  const whole = 'version 2\nsensor 0 A "d"\nclass all\n sensors A\n type 0 in in\n default-types in\nend class\n';
  for (let length = 0; length <= whole.length; length++) {
    const path = scratch.write("cut.conf", whole.slice(0, length));
    try {
      readSilkConf(path);
    } catch (error) {
      t.regex((error as Error).message, /cut\.conf:\d+: [^\n]+$/);
    }
  }
  t.is(readFileSync(scratch.write("whole.conf", whole), "utf8"), whole);
  t.notThrows(() => conf(whole));
});
