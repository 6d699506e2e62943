import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import test from "ava";
import { FIXTURES, fixtureCaptures, testWithFixtures } from "../support/fixtures.js";
import { meterFlows } from "../support/meter_flows.js";
import { asYafFlow, differences, readYafFlows } from "../support/yaf.js";

/** Captures where flowtap differs on purpose: how many flows stand only with us and only with YAF, and why. */
const FRAGMENTS = "every fragment is a packet of its flow; YAF reassembles, and drops what stays incomplete";
const TIME_ORDER = "the file's time runs backwards; YAF rejects such packets, flowtap meters them";
const ON_PURPOSE: Readonly<Record<string, { ours: number; yaf: number; why: string }>> = {
  BGP_Cisco_hdlc_slarp: { ours: 1, yaf: 0, why: "YAF reads no packet of this capture" },
  badpackets: { ours: 93, yaf: 0, why: FRAGMENTS },
  dns_fragmented: { ours: 7, yaf: 7, why: FRAGMENTS },
  "fuzz-2006-06-26-2594": {
    ours: 20,
    yaf: 7,
    why: "YAF ignores packets whose fuzzed IP length exceeds the frame; octets are the header's word here",
  },
  "icmp-tunnel": { ours: 1, yaf: 2, why: "echo request and reply are one flow; YAF keys on type and code" },
  ip_fragmented_garbage: { ours: 4, yaf: 4, why: FRAGMENTS },
  ipsec_isakmp_esp: { ours: 63, yaf: 4, why: TIME_ORDER },
  sctp: { ours: 2, yaf: 2, why: "SCTP has ports; YAF exports zeros" },
  tftp: { ours: 2, yaf: 0, why: TIME_ORDER },
  uftp_v4_v5: { ours: 1, yaf: 1, why: TIME_ORDER },
};

const fixtureTest = testWithFixtures(test);

for (const capture of existsSync(FIXTURES) ? fixtureCaptures("captures") : []) {
  const name = basename(capture).replace(/\.[a-z]+$/, "");
  const reference = join(FIXTURES, "yaf", `${name}.txt`);

  test.serial(
    `every packet of ${name} is metered or ignored with a reason, and every metered one is in a flow`,
    async (t) => {
      const { flows, stats } = await meterFlows([capture], { idleTimeout: 300 });
      const ignored = stats.ignored.reduce((sum, packets) => sum + packets, 0);
      t.is(stats.meteredPackets + ignored, stats.packets);
      t.is(
        flows.reduce((sum, flow) => sum + flow.packets[0] + flow.packets[1], 0),
        stats.meteredPackets,
      );
      t.is(
        flows.reduce((sum, flow) => sum + flow.octets[0] + flow.octets[1], 0),
        stats.meteredOctets,
      );
    },
  );

  if (!existsSync(reference)) continue;
  test.serial(`the flows of ${name} are YAF's`, async (t) => {
    const { flows } = await meterFlows([capture], { idleTimeout: 300 });
    const found = differences(flows.map(asYafFlow), readYafFlows(reference));
    const allowed = ON_PURPOSE[name] ?? { ours: 0, yaf: 0, why: "" };
    const report = [...found.left.map((line) => `ours ${line}`), ...found.right.map((line) => `YAF  ${line}`)];
    if (allowed.why !== "") t.log(allowed.why);
    t.deepEqual(
      { ours: found.left.length, yaf: found.right.length },
      { ours: allowed.ours, yaf: allowed.yaf },
      report.join("\n"),
    );
  });
}

fixtureTest("there are captures to compare", (t) => {
  t.true(fixtureCaptures("captures").length >= 98);
});
