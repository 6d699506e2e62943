/** Time and ends without packets: a silent wire holds nothing up. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { csvRows, csvSums } from "../support/csv.js";
import { counted, listening, untilStatus } from "../support/live_status.js";
import { sendCaptures, wiresFor } from "../support/live_wire.js";
import { WIRE } from "../support/namespaces.js";
import { Scratch } from "../support/scratch.js";
import { RunningSensor } from "../support/sensor.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const OFFICE = "pcaps/office.pcap";

for (const threads of ["1", "2"])
  test.serial(`flows end by the clock while no further packet comes, threads ${threads}`, async (t) => {
    const made = wiresFor(t);
    if (made === undefined) return;
    const { namespaces } = made;
    const csv = join(scratch.path, `silent-${threads}.csv`);
    // Long enough to be asked for before it is over.
    const how = ["--idle-timeout=4", `--threads=${threads}`];
    const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, ...how, "-o", csv]);
    await listening(sensor);
    const { packets } = await sendCaptures(namespaces, [OFFICE]);
    const status = await counted(sensor, packets);
    t.true(status.activeFlows > 0);
    // The status is asked of a sensor that runs: nothing but the clock ends flows.
    await untilStatus(sensor, ({ activeFlows }) => activeFlows === 0, "the end of all flows");
    const { stderr } = await sensor.stop();
    t.is(csvSums(readFileSync(csv, "utf8")).packets, status.metered, stderr);
    const reasons = new Set(csvRows(readFileSync(csv, "utf8")).map(({ flowEndReason }) => flowEndReason));
    t.true(reasons.has("1"));
    t.false(reasons.has("4"), "a flow waited for the end");
  });

for (const signal of ["SIGTERM", "SIGINT"] as const)
  test.serial(`${signal} ends a sensor that has never seen a packet`, async (t) => {
    const made = wiresFor(t);
    if (made === undefined) return;
    const sensor = RunningSensor.start(t, made.namespaces, ["-i", WIRE, "-i", "lo", "-o", "null:"]);
    await listening(sensor);
    sensor.signal(signal);
    const { status, stderr } = await sensor.ended;
    t.is(status, 0, stderr);
    t.regex(stderr, /"0 packets, 0 octets on the wire/);
    t.regex(stderr, /wire0: 0 packets received/);
  });

/** Sensors that listen to the same packets. */
const TOGETHER = 5;

test.serial("a signal right behind the last packet loses none of the unfinished buffer, 20 times", async (t) => {
  const made = wiresFor(t);
  if (made === undefined) return;
  const { namespaces } = made;
  for (let round = 0; round < 20 / TOGETHER; round++) {
    const files = Array.from({ length: TOGETHER }, (_, at) => join(scratch.path, `end-${round}-${at}.csv`));
    const sensors = files.map((file, at) => {
      const how = at === 0 ? ["--threads=2"] : at === 1 ? ["--kernel-programs=off"] : [];
      return RunningSensor.start(t, namespaces, ["-i", WIRE, "--buffer=8", ...how, "-o", file]);
    });
    for (const sensor of sensors) await listening(sensor);
    // Some of office.pcap is not IP: what all sensors ignore has to be the same.
    const { packets } = await sendCaptures(namespaces, [OFFICE], { rate: 0 });
    for (const sensor of sensors) sensor.signal("SIGTERM");
    for (const [at, sensor] of sensors.entries()) {
      const { status, stderr } = await sensor.ended;
      t.is(status, 0, stderr);
      t.regex(stderr, new RegExp(`"${packets} packets, .*; ${packets - NOT_IP} metered`));
      t.is(csvSums(readFileSync(files[at]!, "utf8")).packets, packets - NOT_IP);
    }
  }
});

/** Packets of office.pcap that are not IP. */
const NOT_IP = 3;
