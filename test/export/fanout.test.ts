import test from "ava";
import { type FlowtapError, OutputError } from "../../src/errors.js";
import { type Exporter, newCounters } from "../../src/export/exporter.js";
import { Fanout } from "../../src/export/fanout.js";
import type { FlowBatch } from "../../src/record/batch.js";
import { batchOf } from "../support/batches.js";

/** An output that counts what happens to it and fails when it is told to. */
class Recorder implements Exporter {
  readonly connected = true;
  readonly counters = newCounters();
  readonly trouble = undefined;
  aborted = 0;
  closed = 0;
  failing = false;

  constructor(readonly name: string) {}

  write(batch: FlowBatch): void {
    if (this.failing) throw new OutputError(`cannot write ${this.name}`);
    this.counters.exportedRecords += batch.count;
  }

  flush(): void {
    if (this.failing) throw new OutputError(`cannot write ${this.name}`);
  }

  report(): void {}

  ready(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    this.closed++;
    if (this.failing) throw new OutputError(`cannot close ${this.name}`);
  }

  abort(): void {
    this.aborted++;
  }
}

const batch = batchOf([{ packets: 1 }, { packets: 2 }]);

function fanout(...names: string[]) {
  const recorders = names.map((name) => new Recorder(name));
  const heard: FlowtapError[] = [];
  return { recorders, heard, outputs: new Fanout(recorders, (error) => heard.push(error)) };
}

test("an output that fails is given up alone, said once, and counts what it misses as lost", (t) => {
  const { recorders, heard, outputs } = fanout("good", "bad");
  const [good, bad] = recorders as [Recorder, Recorder];
  outputs.write(batch);
  bad.failing = true;
  outputs.write(batch);
  outputs.write(batch);
  outputs.flush();
  t.deepEqual(
    heard.map((error) => error.message),
    ["cannot write bad"],
  );
  t.is(good.counters.exportedRecords, 6);
  t.is(bad.aborted, 1);
  t.is(bad.counters.lost.sendFailed, 2);
  t.true(outputs.hasFailed(bad));
  t.false(outputs.hasFailed(good));
});

test("the failure of the last output left is thrown", (t) => {
  const { recorders, heard, outputs } = fanout("a", "b");
  for (const each of recorders) each.failing = true;
  t.throws(() => outputs.write(batch), { instanceOf: OutputError, message: "cannot write b" });
  t.is(heard.length, 1);
});

test("an output that fails on closing does not keep the others from being closed", async (t) => {
  const { recorders, heard, outputs } = fanout("bad", "good");
  const [bad, good] = recorders as [Recorder, Recorder];
  bad.failing = true;
  await outputs.close();
  t.is(good.closed, 1);
  t.is(good.aborted, 0);
  t.is(bad.aborted, 1);
  t.is(heard[0]?.message, "cannot close bad");
});

test("an error that is not of an output is not swallowed", (t) => {
  const { recorders, outputs } = fanout("a", "b");
  recorders[0]!.write = () => {
    throw new TypeError("a mistake in flowtap");
  };
  t.throws(() => outputs.write(batch), { instanceOf: TypeError });
});
