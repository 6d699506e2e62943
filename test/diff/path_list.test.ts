import { mkdirSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { pathsIn } from "../../src/diff/path_list.js";
import { InputError } from "../../src/errors.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

for (const folder of ["08", "09"]) {
  mkdirSync(join(scratch.path, folder));
  for (const name of ["a.rw", "b.rw", "b.txt", ".c.rw", "d+.rw"]) scratch.write(join(folder, name), "");
}
scratch.write("with,comma.rw", "");
scratch.write("star*.rw", "");

const found = (list: string): string[] =>
  pathsIn(
    list
      .split(",")
      .map((part) => join(scratch.path, part))
      .join(","),
  ).map((path) => path.slice(scratch.path.length + 1));

test("names come as they are, also those that are not there", (t) => {
  t.deepEqual(pathsIn("a.rw,b.rw"), ["a.rw", "b.rw"]);
  t.deepEqual(pathsIn("-"), ["-"]);
});

test("a file whose name has commas or stars is that file", (t) => {
  t.deepEqual(pathsIn(join(scratch.path, "with,comma.rw")), [join(scratch.path, "with,comma.rw")]);
  t.deepEqual(found("star*.rw"), ["star*.rw"]);
});

test("wildcards stand for what matches, in order, in any step of the path", (t) => {
  t.deepEqual(found("08/*.rw"), ["08/a.rw", "08/b.rw", "08/d+.rw"]);
  t.deepEqual(found("0?/b.*"), ["08/b.rw", "08/b.txt", "09/b.rw", "09/b.txt"]);
  t.deepEqual(found("0[!8]/[ab].rw,08/a.rw"), ["09/a.rw", "09/b.rw", "08/a.rw"]);
  t.deepEqual(found("08/.*"), ["08/.c.rw"]);
  t.deepEqual(found("08/d+*"), ["08/d+.rw"]);
});

test("what matches nothing, or is no pattern, is an error", (t) => {
  for (const wrong of ["*.none", "no/such/*.rw", "08/[z-a]"]) t.throws(() => found(wrong), { instanceOf: InputError });
});
