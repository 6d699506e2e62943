import test from "ava";
import { Rates } from "../../src/sensor/rates.js";

test("without two readings there is no rate", (t) => {
  const rates = new Rates();
  t.deepEqual(rates.over(5000), { packets: 0, bits: 0, flows: 0 });
  rates.read(0, 1000, 64_000, 1);
  t.deepEqual(rates.over(5000), { packets: 0, bits: 0, flows: 0 });
  rates.read(0, 2000, 64_000, 2);
  t.deepEqual(rates.over(5000), { packets: 0, bits: 0, flows: 0 });
});

test("a rate is the mean over the span, or over what is known", (t) => {
  const rates = new Rates();
  // 100 packets of 125 octets a second for a minute, then ten times as many for five seconds.
  for (let second = 0; second <= 60; second++) rates.read(second * 1000, second * 100, second * 12_500, second);
  for (let second = 1; second <= 5; second++)
    rates.read(60_000 + second * 1000, 6000 + second * 1000, 750_000 + second * 125_000, 60 + second * 3);
  t.deepEqual(rates.over(5000), { packets: 1000, bits: 1_000_000, flows: 3 });
  t.deepEqual(rates.over(60_000), {
    packets: (55 * 100 + 5000) / 60,
    bits: ((55 * 12_500 + 625_000) * 8) / 60,
    flows: 70 / 60,
  });
  t.deepEqual(rates.over(300_000), { packets: 11_000 / 65, bits: ((750_000 + 625_000) * 8) / 65, flows: 75 / 65 });
});

test("readings that come a little late still cover the span", (t) => {
  const rates = new Rates();
  // All packets come within the oldest of the five seconds.
  for (let second = 0; second <= 10; second++) rates.read(second * 1003, second < 6 ? 0 : 5015, 0, 0);
  t.is(Math.round(rates.over(5000).packets), 1000);
});

test("after hours, five minutes are still five minutes", (t) => {
  const rates = new Rates();
  for (let second = 0; second <= 10_000; second++)
    rates.read(second * 1000, second < 9700 ? 0 : (second - 9700) * 30, 0, 0);
  t.is(rates.over(300_000).packets, 30);
});
