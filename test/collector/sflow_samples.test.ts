import test from "ava";
import { DEFAULT_HABITS } from "../../src/collect/options.js";
import { SflowSamples } from "../../src/collector/sflow_samples.js";
import { assertAddsUp, collected, exported } from "../support/collecting.js";
import { testWithFixtures } from "../support/fixtures.js";

testWithFixtures(test)("interfaces of sFlow are VLANs where the probe says so, of every row", (t) => {
  const datagrams = [...exported("sflow-data-1140"), ...exported("sflow-data-1140")];
  const of = (interfaces: "snmp" | "vlan") => {
    const habits = () => ({ ...DEFAULT_HABITS, interfaces });
    const collection = collected(datagrams, { sflow: new SflowSamples(), habits });
    assertAddsUp(t, collection, 2);
    return collection.rows.map(({ input, output }) => [Number(input), Number(output)]);
  };
  const tags = [100, 0, 100, 100, 100].map((tag) => [tag, 0]);
  t.deepEqual(of("vlan"), [...tags, ...tags]);
  t.deepEqual(of("snmp").slice(0, 2), [
    [27, 28],
    [49001, 25],
  ]);
});
