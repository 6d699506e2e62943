import test from "ava";
import { counterStatistics, general } from "../../src/bags/statistics.js";
import { bagOf, MAPPED } from "../support/bags.js";

test("numbers have four significant digits, as printf's %.4g", (t) => {
  const cases: readonly [number, string][] = [
    [0, "0"],
    [1, "1"],
    [1.5, "1.5"],
    [40.142857, "40.14"],
    [123456, "1.235e+05"],
    [9999.6, "1e+04"],
    [0.00012345, "0.0001234"],
    [0.000012345, "1.234e-05"],
    [-2.5, "-2.5"],
    [Number.NaN, "nan"],
    [Number.POSITIVE_INFINITY, "inf"],
  ];
  for (const [value, text] of cases) t.is(general(value), text);
});

test("mean, variance, skew and kurtosis are the moments of the counters", (t) => {
  // 1, 2, 3, 10: mean 4, differences -3, -2, -1, 6; squares 50, cubes 180, fourth powers 1394.
  const bag = bagOf(
    [1n, 2n, 3n, 10n].map((counter, k) => [MAPPED + BigInt(k), counter]),
    1,
  );
  const { sum, mean, variance, skew, kurtosis } = counterStatistics(bag);
  t.deepEqual([sum, mean], [16n, 4]);
  t.is(variance.toFixed(9), (50 / 3).toFixed(9));
  t.is(skew.toFixed(9), (180 / 4 / 12.5 ** 1.5).toFixed(9));
  t.is(kurtosis.toFixed(9), (1394 / 4 / 12.5 ** 2).toFixed(9));
});

test("sums beyond 2^53 are exact", (t) => {
  const bag = bagOf(
    [
      [MAPPED, 2n ** 63n + 1n],
      [MAPPED + 1n, 2n ** 63n + 2n],
    ],
    1,
  );
  t.is(counterStatistics(bag).sum, 2n ** 64n + 3n);
});
