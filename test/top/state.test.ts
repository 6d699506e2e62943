import test from "ava";
import fc from "fast-check";
import { keysOf } from "../../src/top/keys.js";
import { afterKey, type Extent, FIRST_STATE, VIEW_NAMES, type ViewState, type Wish } from "../../src/top/state.js";

const EXTENT: Extent = { page: 10, rows: 35 };

/** The state after what a user types, and what was wished for. */
function type(input: string, from: ViewState = FIRST_STATE, extent = EXTENT): { state: ViewState; wishes: Wish[] } {
  let state = from;
  const wishes: Wish[] = [];
  for (const key of keysOf(input)) {
    const after = afterKey(state, key, extent);
    state = after.state;
    if (after.wish !== undefined) wishes.push(after.wish);
  }
  return { state, wishes };
}

test("digits and tabs choose views", (t) => {
  for (const [at, view] of VIEW_NAMES.entries()) t.is(type(String(at + 1)).state.view, view);
  t.is(type("\t").state.view, VIEW_NAMES[1]);
  t.is(type("\t".repeat(VIEW_NAMES.length)).state.view, VIEW_NAMES[0]);
  t.is(type("\x1b[Z").state.view, "links");
  t.deepEqual(type("690").state, FIRST_STATE);
});

test("letters choose what rows are ranked by, and toggle", (t) => {
  t.is(type("p").state.sort, "packets");
  t.is(type("pf").state.sort, "flows");
  t.is(type("pb").state.sort, "bits");
  t.deepEqual([type("s").state.side, type("sd").state.side, type("ss").state.side], ["source", "destination", "both"]);
  t.deepEqual([type("r").state.order, type("rr").state.order], ["smallest", "largest"]);
  t.deepEqual([type("t").state.show, type("tt").state.show], ["totals", "rates"]);
  t.deepEqual([type(" ").state.paused, type("  ").state.paused], [true, false]);
});

test("scrolling stays within the rows, and another view begins at its top", (t) => {
  const [down, up, pageDown, pageUp, end, home] = ["\x1b[B", "\x1b[A", "\x1b[6~", "\x1b[5~", "\x1b[F", "\x1b[H"];
  t.is(type(down.repeat(3) + up).state.offset, 2);
  t.is(type(up).state.offset, 0);
  t.is(type(pageDown.repeat(2)).state.offset, 20);
  t.is(type(pageDown.repeat(9)).state.offset, 25);
  t.is(type(end).state.offset, 25);
  t.is(type(end + pageUp).state.offset, 15);
  t.is(type(end + home).state.offset, 0);
  t.is(type(`${end}2`).state.offset, 0);
  t.is(type(end, FIRST_STATE, { page: 10, rows: 3 }).state.offset, 0);
});

test("a filter is typed, taken, and cleared; letters are its text meanwhile", (t) => {
  const typing = type("/10.0q\x7f").state;
  t.true(typing.typing);
  t.is(typing.filter, "10.0");
  const taken = type("/10.0\r").state;
  t.deepEqual([taken.typing, taken.filter], [false, "10.0"]);
  t.is(type("\x1b", taken).state.filter, "");
  t.deepEqual([type("/1\x1b").state.typing, type("/1\x1b").state.filter], [false, ""]);
  t.is(type(`/${"é\u{1f600}"}a`).state.filter, "a");
  t.is(type(`/${"1".repeat(1000)}`).state.filter.length, 64);
});

test("q leaves from anywhere but a filter, Ctrl-C even from there", (t) => {
  t.deepEqual(type("q").wishes, ["quit"]);
  t.deepEqual(type("hq").wishes, ["quit"]);
  t.deepEqual(type("/q").wishes, []);
  t.deepEqual(type("/\x03").wishes, ["interrupt"]);
  t.deepEqual(type("\x1a\x0c").wishes, ["suspend", "redraw"]);
});

test("help is shown until the next key", (t) => {
  t.true(type("h").state.help);
  t.true(type("?").state.help);
  t.false(type("hp").state.help);
  t.is(type("hp").state.sort, "bits");
});

test("names are refused with a word, which the next key takes away", (t) => {
  t.regex(type("n").state.message, /not looked up/);
  t.is(type("np").state.message, "");
});

test("no input leads to a state that is none", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(50), fc.nat(600), (input, page, rows) => {
      const { state } = type(input, FIRST_STATE, { page, rows });
      t.true(state.offset >= 0 && state.offset <= Math.max(0, rows - page));
      t.true(VIEW_NAMES.includes(state.view));
      t.regex(state.filter, /^[\x20-\x7e]{0,64}$/);
    }),
  );
});
