import test from "ava";
import fc from "fast-check";
import { amount, duration, printable } from "../../src/top/amount.js";

test("amounts have three digits and a prefix; whole numbers stay whole", (t) => {
  const shown: [number, string][] = [
    [0, "0"],
    [7, "7"],
    [0.004, "0"],
    [0.5, "0.50"],
    [9.994, "9.99"],
    [9.996, "10.0"],
    [99.96, "100"],
    [999, "999"],
    [999.4, "999"],
    [999.6, "1.00 k"],
    [1234, "1.23 k"],
    [99_960, "100 k"],
    [1e6, "1.00 M"],
    [123_456_789, "123 M"],
    [2.5e18, "2.50 E"],
  ];
  for (const [value, text] of shown) t.is(amount(value), text, String(value));
});

test("an amount is never wider than six characters and never far from its value", (t) => {
  const SCALE: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 9e20, noNaN: true }), (value) => {
      const text = amount(value);
      const [digits, prefix] = text.split(" ");
      if (value < 9e17) t.true(text.length <= 6, text);
      const shown = Number(digits) * (prefix === undefined ? 1 : SCALE[prefix]!);
      t.true(Math.abs(shown - value) <= Math.max(0.0051, value * 0.0051), `${value} ${text}`);
    }),
  );
});

test("durations are clocks with days before them", (t) => {
  t.is(duration(0), "0:00:00");
  t.is(duration(3723.9), "1:02:03");
  t.is(duration(2 * 86_400 + 5), "2d 0:00:05");
});

test("nothing but printable ASCII reaches a terminal", (t) => {
  t.is(printable("eth1\x1b]0;owned\x07é"), "eth1?]0;owned??");
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => t.regex(printable(text), /^[\x20-\x7e]*$/)));
});
