import test from "ava";
import { SampleCounts } from "../../../src/formats/sflow/counts.js";
import { DataSources } from "../../../src/formats/sflow/data_sources.js";

test("sources beyond the room are not followed, until others are forgotten", (t) => {
  const room = { left: 2 };
  const first = new DataSources(room);
  const second = new DataSources(room);
  const missed = (sources: DataSources, id: number, number: number) => {
    const counts = new SampleCounts();
    sources.note(id, number, 0, counts);
    return counts.missedSamples;
  };
  for (const id of [1, 2]) missed(first, id, 10);
  missed(second, 1, 10);
  t.is(missed(second, 1, 20), 0);
  t.is(missed(first, 1, 20), 9);
  first.clear();
  missed(second, 1, 30);
  t.is(missed(second, 1, 32), 1);
  t.is(room.left, 1);
});
