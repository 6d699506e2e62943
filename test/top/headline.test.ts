import test from "ava";
import { type Headline, HeadlineReader } from "../../src/top/headline.js";
import { interfaceStats, meterStats } from "../support/meter_stats.js";

const growing = ({ losses }: Headline) => losses.filter((loss) => loss.growing > 0).map(({ name }) => name);

test("rates are means over some seconds, a minute and five", (t) => {
  const reader = new HeadlineReader();
  let headline = reader.read(0, meterStats(), 0);
  t.deepEqual(
    headline.rates.map(({ packets }) => packets),
    [0, 0, 0],
  );
  for (let second = 1; second <= 120; second++) {
    const packets = Math.min(second, 100) * 10;
    headline = reader.read(second * 1000, meterStats({ packets, octets: packets * 100 }), packets / 10);
  }
  const [now, minute, five] = headline.rates;
  t.deepEqual(now, { packets: 0, bits: 0, flows: 0 });
  t.true(Math.abs(minute.packets - (40 * 10) / 60) < 0.1);
  t.true(Math.abs(five.packets - 1000 / 120) < 0.01);
  t.true(Math.abs(five.bits - five.packets * 800) < 0.01);
  t.true(Math.abs(five.flows - five.packets / 10) < 0.01);
});

test("a rate is known however far apart readings are", (t) => {
  const reader = new HeadlineReader();
  reader.read(0, meterStats(), 0);
  t.is(reader.read(60_000, meterStats({ packets: 600 }), 0).rates[0].packets, 10);
});

test("a loss stands out for ten seconds from when it grew; what was there before does not", (t) => {
  const reader = new HeadlineReader();
  const stats = (droppedByKernel: number, lostPackets = 0) =>
    meterStats({ live: [interfaceStats({ droppedByKernel, droppedByInterface: 77 })], table: { lostPackets } });
  t.deepEqual(growing(reader.read(0, stats(50), 0)), []);
  t.deepEqual(growing(reader.read(1000, stats(50), 0)), []);
  const grown = reader.read(3000, stats(70), 0);
  t.deepEqual(growing(grown), ["by kernel"]);
  t.is(grown.losses.find(({ name }) => name === "by kernel")?.growing, 10);
  t.deepEqual(growing(reader.read(12_000, stats(70, 1), 0)), ["by kernel", "no room"]);
  t.deepEqual(growing(reader.read(14_000, stats(70, 1), 0)), ["no room"]);
  t.is(reader.read(15_000, stats(70), 0).losses.find(({ name }) => name === "by interface")?.count, 77);
});

test("losses of all interfaces are added up; a capture has none of the kernel's", (t) => {
  const live = [interfaceStats({ droppedByKernel: 3 }), interfaceStats({ name: "eth2", droppedByKernel: 4 })];
  const names = ({ losses }: Headline) => losses.map(({ name, count }) => `${name} ${count}`);
  const table = { lostPackets: 5, ended: [0, 9, 9, 9, 9, 6] };
  t.deepEqual(names(new HeadlineReader().read(0, meterStats({ live, table }), 0)), [
    "by kernel 7",
    "by interface 0",
    "no room 5",
    "evicted 6",
  ]);
  t.deepEqual(names(new HeadlineReader().read(0, meterStats({ table }), 0)), ["no room 5", "evicted 6"]);
});

test("an interface that does not capture is named with its state", (t) => {
  const live = [interfaceStats(), interfaceStats({ name: "eth2", state: "down" })];
  t.deepEqual(new HeadlineReader().read(0, meterStats({ live }), 0).troubles, ["eth2 is down"]);
});
