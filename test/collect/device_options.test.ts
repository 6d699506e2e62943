/** Datagrams of real devices that tell of more than flows. */
import test from "ava";
import { dissect } from "../support/cflow.js";
import { collected, exported } from "../support/collecting.js";
import { testWithFixtures } from "../support/fixtures.js";
import { haveTools } from "../support/tools.js";

testWithFixtures(test)("sampling intervals come from options: of the exporter, or of each record's sampler", (t) => {
  const scaled = (...names: string[]) => {
    const datagrams = exported(...names);
    const [plain, multiplied] = [collected(datagrams), collected(datagrams, { scale: "scaled" })];
    t.is(plain.process.totals.rows.scaled, 0);
    return multiplied.rows.map(({ packets, bytes }, k) => {
      const factor = Number(packets) / Number(plain.rows[k]!.packets);
      t.is(Number(bytes), factor * Number(plain.rows[k]!.bytes));
      return factor;
    });
  };
  // The options of the first stand behind some of its flows, which were in the same message.
  t.true(scaled("netflow-data+templates").every((factor) => factor === 100));
  t.deepEqual(scaled("netflow-mpls"), [10, 10]);
  t.true(scaled("netflow-physicalinterfaces").every((factor) => factor === 1000));
  const prefix = "netflow-multiplesamplingrates";
  const rates = scaled(`${prefix}-options-template`, `${prefix}-options-data`, `${prefix}-template`, `${prefix}-data`);
  if (!haveTools(t, "tshark")) return;
  const data = exported(`${prefix}-template`, `${prefix}-data`).map(({ octets }) => octets);
  const [samplers] = dissect(data, ["cflow.sampler_id"])[1]!;
  t.deepEqual(
    rates,
    samplers!.split(",").map((sampler) => (Number(sampler) === 1 ? 2000 : 4000)),
  );
  t.is(new Set(rates).size, 2);
});

testWithFixtures(test)("address translations are no flows, and are counted", (t) => {
  const datagrams = exported("netflow-nat");
  const collection = collected(datagrams);
  t.is(collection.rows.length, 0);
  t.is(collection.process.totals.records.noTraffic, 9);
  t.deepEqual(
    collection.process.unreadElements.map(({ id, records }) => [id, records]),
    [225, 226, 227, 228, 230, 234].map((id) => [id, 9]),
  );
});
