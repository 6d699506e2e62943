/** A sensor under load: nothing is lost while JavaScript is busy, and a flood costs detail, never a count. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { csvRows, csvSums } from "../support/csv.js";
import type { BusyOutcome } from "../support/live_meter.js";
import { counted, listening } from "../support/live_status.js";
import { type GeneratedTraffic, sendGenerated, wiresFor } from "../support/live_wire.js";
import { WIRE } from "../support/namespaces.js";
import { startCommand, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { RunningSensor } from "../support/sensor.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const BUSY = fileURLToPath(new URL("../support/live_meter.js", import.meta.url));

for (const [what, traffic] of [
  ["100,000 flows at 200,000 packets/s", { flows: 100_000, rate: 200_000, seconds: 3 }],
  ["100,000 packets/s that are each a flow", { flows: 0, rate: 100_000, seconds: 3 }],
] as const satisfies readonly (readonly [string, GeneratedTraffic])[])
  test.serial(`JavaScript that is blocked and collects garbage costs no packet and no record: ${what}`, async (t) => {
    const made = wiresFor(t);
    if (made === undefined) return;
    const { namespaces } = made;
    const program = ["netns", "exec", namespaces.receiver, process.execPath, "--expose-gc", BUSY, WIRE];
    const { child, ended } = startCommand("ip", program);
    t.teardown(() => child.kill("SIGKILL"));
    let said = "";
    child.stderr.on("data", (piece: Buffer) => {
      said += piece.toString();
    });
    await until(() => said.includes("metering"), "the meter");
    const { packets } = await sendGenerated(namespaces, traffic);
    child.kill("SIGTERM");
    const { status, stdout, stderr } = await ended;
    t.is(status, 0, stderr);
    const outcome = JSON.parse(stdout) as BusyOutcome;
    // Six of them fit into the time of the traffic where nothing else runs.
    t.true(outcome.turns >= 2 && outcome.collections >= 2, stdout);
    t.is(outcome.droppedByKernel, 0, stdout);
    t.is(outcome.received, packets);
    t.is(outcome.meteredPackets, packets);
    t.is(outcome.packetsInRecords, packets);
    t.true(outcome.records >= outcome.flows);
    if (traffic.flows === 0) t.is(outcome.records, packets);
  });

/** A session of the plan as the sender prints it. */
interface Session {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly packets: number;
  readonly octets: number;
  readonly reversePackets: number;
  readonly reverseOctets: number;
}

const MOST_FLOWS = 20_000;

for (const threads of [1, 2])
  test.serial(`sessions in a SYN flood beyond the table's ceiling are exact, threads ${threads}`, async (t) => {
    const made = wiresFor(t);
    if (made === undefined) return;
    const { namespaces } = made;
    const csv = join(scratch.path, `flood-${threads}.csv`);
    const how = [`--max-flows=${MOST_FLOWS}`, `--threads=${threads}`];
    const fields = "--fields=sip,dip,sport,dport,packets,reversePackets,octets,reverseOctets,flowEndReason";
    const sensor = RunningSensor.start(t, namespaces, ["-i", WIRE, ...how, "-o", csv, fields]);
    await listening(sensor);
    const sent = await sendGenerated(namespaces, { mode: "sessions", rate: 50_000, seconds: 3 });
    const status = await counted(sensor, sent.packets);
    t.is((await sensor.stop()).status, 0);
    t.is(status.packets, sent.packets);
    t.is(status.interfaces[WIRE]!.droppedByKernel, 0);
    t.deepEqual(status.ignored, {});
    t.true(status.peakFlows > MOST_FLOWS / 2 && status.peakFlows <= MOST_FLOWS, String(status.peakFlows));
    const text = readFileSync(csv, "utf8");
    t.is(csvSums(text).packets, sent.packets);
    const rows = csvRows(text);
    t.true(
      rows.some(({ flowEndReason }) => flowEndReason === "5"),
      "no flow was evicted",
    );
    const sums = sumsByEnds(rows);
    const { sessions } = JSON.parse(sent.stdout.slice(sent.stdout.indexOf("{"))) as { sessions: Session[] };
    t.is(sessions.length, 100);
    for (const each of sessions) {
      const ends = [`${each.source} ${each.sourcePort}`, `${each.destination} ${each.destinationPort}`] as const;
      t.deepEqual(sums.get(`${ends[0]} ${ends[1]}`), [each.packets, each.octets]);
      t.deepEqual(sums.get(`${ends[1]} ${ends[0]}`), [each.reversePackets, each.reverseOctets]);
    }
  });

/** Packets and octets of each direction of the sessions, whose clients are in 10.200.0.0/24. */
function sumsByEnds(rows: readonly Record<string, string>[]): Map<string, [packets: number, octets: number]> {
  const sums = new Map<string, [number, number]>();
  const add = (ends: string, packets: number, octets: number) => {
    const before = sums.get(ends) ?? [0, 0];
    sums.set(ends, [before[0] + packets, before[1] + octets]);
  };
  for (const row of rows) {
    const from = `${row.sourceAddress} ${row.sourceTransportPort}`;
    const to = `${row.destinationAddress} ${row.destinationTransportPort}`;
    if (!from.startsWith("10.200.0.") && !to.startsWith("10.200.0.")) continue;
    add(`${from} ${to}`, Number(row.packets), Number(row.octets));
    add(`${to} ${from}`, Number(row.reversePackets), Number(row.reverseOctets));
  }
  return sums;
}
