import test from "ava";
import fc from "fast-check";
import { NetFlow5Encoder } from "../../../src/formats/netflow/v5.js";
import { batchOf } from "../../support/batches.js";

test("every record's date is that of its flow, whenever it was and whatever the clock says", (t) => {
  const time = fc.integer({ min: 1, max: 4_000_000_000_000 });
  fc.assert(
    fc.property(
      fc.array(time, { minLength: 1, maxLength: 50 }),
      fc.integer({ min: 0, max: 3_000_000 }),
      time,
      (starts, length, now) => {
        const flows = starts.map((start) => ({
          ipVersion: 4,
          packets: 1,
          flowStart: start * 1000,
          flowEnd: (start + length) * 1000,
        }));
        const dates: number[] = [];
        const encoder = new NetFlow5Encoder({ clock: () => now });
        const emit = (octets: Uint8Array) => {
          const view = new DataView(octets.buffer, octets.byteOffset);
          const boot = view.getUint32(8) * 1000 - view.getUint32(4);
          for (let at = 24; at < octets.length; at += 48) {
            dates.push(boot + view.getUint32(at + 24));
            t.is(boot + view.getUint32(at + 28), dates.at(-1)! + length);
          }
        };
        encoder.encode(batchOf(flows), emit);
        encoder.flush(emit);
        t.deepEqual(dates, starts);
      },
    ),
    { numRuns: 100 },
  );
});

test("counters beyond 32 bits are cut and counted", (t) => {
  const encoder = new NetFlow5Encoder();
  let octets = 0;
  encoder.encode(batchOf([{ ipVersion: 4, packets: 1, octets: 2 ** 32 }]), () => {});
  encoder.flush((bytes) => {
    octets = new DataView(bytes.buffer).getUint32(24 + 20);
  });
  t.is(octets, 0xffffffff);
  t.is(encoder.counters.saturated, 1);
});
