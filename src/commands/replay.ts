import type { Command } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { OUTPUT_SWITCHES } from "../export/options.js";
import { METER_SWITCHES } from "../meter/options.js";
import { INPUT_SWITCHES, REPORT_SWITCHES, runMeter } from "../meter/run.js";
import { SPEED_SWITCH, speedOf } from "../meter/speed.js";
import { STORE_SWITCHES } from "../store/options.js";
import { showsProgress } from "../text/progress.js";

export const replayCommand: Command = {
  name: "replay",
  summary: "meter a capture at the speed it was recorded with, or N times faster",
  usage: "-r CAPTURE [--speed N|max] -o OUTPUT [switches]",
  description:
    "Meters captures as if their packets came in now: flows leave when they would have left then, so that a collector, " +
    "a dashboard or a demonstration sees them in their own rhythm. A bar shows the progress on a terminal.",
  switches: [
    ...INPUT_SWITCHES,
    SPEED_SWITCH,
    { name: "no-progress", group: "Replay", help: "Show no progress bar" },
    ...METER_SWITCHES,
    ...OUTPUT_SWITCHES,
    ...STORE_SWITCHES,
    ...REPORT_SWITCHES,
  ],
  examples: [
    {
      command: "flowtap replay -r office.pcap --speed 10x -o ipfix+udp://192.0.2.7:4739",
      does: "export the flows of a capture in a tenth of its time",
    },
  ],
  async run(args) {
    if (args.positionals.length > 0)
      throw new UsageError(`unexpected argument '${args.positionals[0]}': captures are given with -r`);
    return runMeter(args, { speed: speedOf(args), progress: showsProgress(args) });
  },
};
