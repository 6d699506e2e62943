/** Interfaces and collectors that go and come back while a sensor meters. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { csvSums } from "../support/csv.js";
import { counted, listening, type Status, untilStatus } from "../support/live_status.js";
import { sendCaptures, wiresFor } from "../support/live_wire.js";
import { WIRE } from "../support/namespaces.js";
import { Scratch } from "../support/scratch.js";
import { RunningSensor } from "../support/sensor.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const OFFICE = "pcaps/office.pcap";

/** Whether every thread has `WIRE`. */
const captured = ({ text }: Status) => text.includes(`${WIRE} capturing`);

for (const threads of [1, 2])
  test.serial(`an interface goes down and up: what came while it was up is counted, threads ${threads}`, async (t) => {
    const made = wiresFor(t);
    if (made === undefined) return;
    const { namespaces } = made;
    const link = (state: "up" | "down") => spawnSync("ip", ["-n", namespaces.receiver, "link", "set", WIRE, state]);
    const csv = join(scratch.path, `down-${threads}.csv`);
    const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, `--threads=${threads}`, "-o", csv]);
    await listening(sensor);
    let sent = 0;
    for (let turn = 1; turn <= 2; turn++) {
      sent += (await sendCaptures(namespaces, [OFFICE])).packets;
      t.is((await counted(sensor, sent)).packets, sent);
      link("down");
      await sensor.says(/^wire0: the interface is down$/, turn);
      await untilStatus(sensor, ({ text }) => text.includes("wire0 down"), "word that it is down");
      link("up");
      await sensor.says(/^wire0: the interface is (up|captured) again$/, turn);
      await untilStatus(sensor, captured, "every thread to have it again");
    }
    sent += (await sendCaptures(namespaces, [OFFICE])).packets;
    const status = await counted(sensor, sent);
    const { status: exit, stderr } = await sensor.stop();
    t.is(exit, 0, stderr);
    t.is(status.packets, sent);
    t.is(status.interfaces[WIRE]!.received, sent);
    t.is(csvSums(readFileSync(csv, "utf8")).packets, status.metered);
  });

for (const threads of [1, 2])
  test.serial(
    `an interface is taken away and made again: metering goes on by its name, threads ${threads}`,
    async (t) => {
      const made = wiresFor(t, 2);
      if (made === undefined) return;
      const { namespaces, wires } = made;
      const csv = join(scratch.path, `vanished-${threads}.csv`);
      const how = wires.flatMap((wire) => ["-i", wire]);
      const sensor = RunningSensor.start(t, namespaces, [...how, `--threads=${threads}`, "-o", csv]);
      await listening(sensor);
      let sent = (await sendCaptures(namespaces, [OFFICE])).packets;
      t.is((await counted(sensor, sent)).packets, sent);
      for (let turn = 1; turn <= 2; turn++) {
        namespaces.disconnect(WIRE);
        await sensor.says(/^wire0: .*(vanished|disappeared)/, turn);
        // The other interface is metered all the time.
        sent += (await sendCaptures(namespaces, [OFFICE], { wire: wires[1]! })).packets;
        t.is((await counted(sensor, sent)).packets, sent);
        namespaces.connect(WIRE, { mtu: 65_535 });
        await sensor.says(/^wire0: the interface is captured again$/, turn);
        const opened = (status: Status) => status.interfaces[WIRE]!.reopenings >= turn && captured(status);
        await untilStatus(sensor, opened, "every thread to have it again");
        sent += (await sendCaptures(namespaces, [OFFICE])).packets;
        t.is((await counted(sensor, sent)).packets, sent);
      }
      const { status: exit, stderr } = await sensor.stop();
      t.is(exit, 0, stderr);
      t.regex(stderr, /wire0: [\d,]+ packets received, .* opened again 2 times/);
    },
  );

for (const what of ["down", "gone"])
  test.serial(`a sensor whose interface is ${what} ends when it is told to`, async (t) => {
    const made = wiresFor(t);
    if (made === undefined) return;
    const { namespaces } = made;
    const csv = join(scratch.path, `${what}.csv`);
    const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, "-o", csv]);
    await listening(sensor);
    const { packets } = await sendCaptures(namespaces, [OFFICE]);
    const { metered } = await counted(sensor, packets);
    if (what === "gone") namespaces.disconnect(WIRE);
    else spawnSync("ip", ["-n", namespaces.receiver, "link", "set", WIRE, "down"]);
    await sensor.says(/^wire0: .*(down|vanished|disappeared)/);
    const { status, stderr } = await sensor.stop();
    t.is(status, 0, stderr);
    t.is(csvSums(readFileSync(csv, "utf8")).packets, metered);
  });

test.serial("a change of the MTU loses nothing", async (t) => {
  const made = wiresFor(t);
  if (made === undefined) return;
  const { namespaces } = made;
  const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, "-o", "null:"]);
  await listening(sensor);
  let sent = 0;
  for (const mtu of ["9000", "65535"]) {
    for (const namespace of [namespaces.sender, namespaces.receiver])
      t.is(spawnSync("ip", ["-n", namespace, "link", "set", WIRE, "mtu", mtu]).status, 0);
    sent += (await sendCaptures(namespaces, [OFFICE])).packets;
    const status = await counted(sensor, sent);
    t.is(status.packets, sent);
    t.is(status.interfaces[WIRE]!.reopenings, 0);
  }
  t.is((await sensor.stop()).status, 0);
});
