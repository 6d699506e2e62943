import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import test from "ava";
import { meterFlows } from "../support/meter_flows.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

test("closed meters can be collected while a call of their wake function is still queued", async (t) => {
  for (let run = 0; run < 600; run++) {
    const { stats } = await meterFlows(["pcaps/office.pcap"]);
    t.is(stats.packets, 592);
    if (run % 3 === 0) collectGarbage();
  }
});
