import test from "ava";
import fc from "fast-check";
import { InputError } from "../../../src/errors.js";
import { OctetSource } from "../../../src/files/octet_source.js";
import { linesIn } from "../../../src/formats/silk/text/lines.js";
import { Scratch } from "../../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

function linesOf(text: string): string[] {
  const source = new OctetSource(scratch.write("lines.txt", text));
  try {
    return [...linesIn(source)];
  } finally {
    source.close();
  }
}

test("lines come out as they went in, with either end, also the last without one", (t) => {
  const line = fc.string({ maxLength: 60 }).map((text) => text.replace(/[\r\n]/g, ""));
  fc.assert(
    fc.property(fc.array(line), fc.constantFrom("\n", "\r\n"), (lines, end) => {
      t.deepEqual(linesOf(lines.map((each) => each + end).join("")), lines);
    }),
  );
  t.deepEqual(linesOf("a\n\nb"), ["a", "", "b"]);
});

test("lines that cross the pieces in which a file is read are whole", (t) => {
  const lines = Array.from({ length: 20_000 }, (_, k) => `${k}|`.repeat(1 + (k % 40)));
  t.deepEqual(linesOf(`${lines.join("\n")}\n`), lines);
});

test("a line without end is refused before it takes much memory", (t) => {
  const error = t.throws(() => linesOf("x".repeat(3 << 20)), { instanceOf: InputError });
  t.regex(error.message, /line at octet 0 is longer than 1048576 octets$/);
});
