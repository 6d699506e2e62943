import test from "ava";
import fc from "fast-check";
import { keysOf } from "../../src/top/keys.js";

test("characters, controls and sequences are told apart in one piece of input", (t) => {
  t.deepEqual(keysOf("q\t\x1b[A\x1bOB\x1b[5~\x1b[6~\x1b[Z\r\x7f\x03"), [
    { character: "q" },
    { special: "tab" },
    { special: "up" },
    { special: "down" },
    { special: "page-up" },
    { special: "page-down" },
    { special: "back-tab" },
    { special: "enter" },
    { special: "backspace" },
    { special: "interrupt" },
  ]);
});

test("an escape alone is Escape, a sequence nobody knows is nothing", (t) => {
  t.deepEqual(keysOf("\x1b"), [{ special: "escape" }]);
  t.deepEqual(keysOf("\x1b\x1b[B"), [{ special: "escape" }, { special: "down" }]);
  t.deepEqual(keysOf("\x1b[15;2~\x1b[?1;2c\x1bOP"), []);
  t.deepEqual(keysOf("\x00\x01\x1f"), []);
});

test("any input is understood somehow, and characters come out printable", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (input) => {
      for (const key of keysOf(input)) t.true("special" in key || key.character >= " ");
    }),
  );
});
