import test from "ava";
import fc from "fast-check";
import { type Line, type Look, piece, plainText } from "../../src/top/line.js";
import { COLOURS, ENTER, LEAVE, MONOCHROME, Screen } from "../../src/top/screen.js";
import { EmulatedTerminal } from "../support/emulated_terminal.js";

const SIZE = { columns: 12, rows: 4 };
const LOOKS = Object.keys(COLOURS) as Look[];

const anyLine: fc.Arbitrary<Line> = fc
  .array(fc.tuple(fc.stringMatching(/^[ -~]{0,6}$/), fc.constantFrom(...LOOKS)), { maxLength: 2 })
  .map((pieces) => pieces.map(([text, look]) => piece(text, look)));
const anyFrame = fc.array(anyLine, { maxLength: SIZE.rows });

test("whatever frames follow each other, the terminal shows the last one", (t) => {
  fc.assert(
    fc.property(fc.array(anyFrame, { minLength: 1 }), fc.constantFrom(COLOURS, MONOCHROME), (frames, palette) => {
      const terminal = new EmulatedTerminal(SIZE.columns, SIZE.rows);
      terminal.write(`${"x".repeat(SIZE.columns)}\r\n`.repeat(SIZE.rows - 1));
      const screen = new Screen(palette);
      for (const frame of frames) {
        terminal.write(screen.draw(frame, SIZE));
        const expected = Array.from({ length: SIZE.rows }, (_, row) => plainText(frame[row] ?? []));
        t.deepEqual(terminal.lines, expected);
      }
      t.is(terminal.strange, "");
    }),
  );
});

test("only lines that change are written, and nothing for the same frame again", (t) => {
  const screen = new Screen(MONOCHROME);
  const lines = ["one", "two", "three"].map((text) => [piece(text)]);
  screen.draw(lines, SIZE);
  t.is(screen.draw(lines, SIZE), "");
  const octets = screen.draw([lines[0]!, [piece("2")], lines[2]!], SIZE);
  t.is(octets, "\x1b[2;1H2\x1b[K");
  t.is(screen.draw([lines[0]!], SIZE), "\x1b[2;1H\x1b[K\x1b[3;1H\x1b[K");
});

test("another size, or a screen that is not known any more, is drawn whole", (t) => {
  const screen = new Screen(COLOURS);
  const lines = [[piece("one", "strong")]];
  const first = screen.draw(lines, SIZE);
  t.true(first.includes("\x1b[2J") && first.includes("one"));
  t.is(screen.draw(lines, { ...SIZE, rows: 5 }), first);
  screen.forget();
  t.is(screen.draw(lines, SIZE), first);
});

test("a line as wide as the terminal keeps its last character", (t) => {
  const octets = new Screen(MONOCHROME).draw([[piece("x".repeat(SIZE.columns))]], SIZE);
  t.true(octets.includes(`${"x".repeat(SIZE.columns)}`));
  t.false(octets.includes("x\x1b[K"));
});

test("without colours no sequence sets one", (t) => {
  const lines = LOOKS.map((look) => [piece(look, look)]);
  const size = { columns: 20, rows: LOOKS.length };
  const colour = /\[(\d+;)*3\d(;\d+)*m/;
  t.notRegex(new Screen(MONOCHROME).draw(lines, size), colour);
  t.regex(new Screen(COLOURS).draw(lines, size), colour);
});

test("leaving undoes what entering did", (t) => {
  const terminal = new EmulatedTerminal(10, 2);
  terminal.write(ENTER);
  t.true(terminal.alternate);
  t.false(terminal.cursorShown);
  terminal.write(LEAVE);
  t.false(terminal.alternate);
  t.true(terminal.cursorShown);
  t.true(ENTER.includes("\x1b[?7l") && LEAVE.includes("\x1b[?7h"));
});
