import type { Arguments } from "../cli/switches.js";
import { Interruption } from "../meter/interruption.js";
import { LiveView } from "./live_view.js";
import { Observation } from "./observation.js";
import { topOptions } from "./options.js";
import { requireTerminal } from "./terminal_kind.js";
import { TextView } from "./text_view.js";

/**
 * Shows traffic until the user leaves or the frames asked for are printed, and returns the exit status.
 *
 * @throws FlowtapError when a switch is wrong, the terminal will not do, or a source cannot be opened
 */
export async function runTop(args: Arguments): Promise<number> {
  const options = topOptions(args);
  const { stdin, stdout, env } = process;
  if (options.count === undefined) requireTerminal(env, { in: stdin.isTTY === true, out: stdout.isTTY === true });
  const observation = new Observation(options);
  const view = options.count === undefined ? new LiveView(observation, options) : new TextView(observation, options);
  const interruption = new Interruption({
    finish: () => view.close(),
    giveUp: () => {
      if (view instanceof LiveView) view.leave();
    },
  });
  try {
    const finished = observation.run();
    await view.run(finished);
    observation.stop();
    await finished;
    if (view instanceof LiveView && view.hungUp) dieOfHangup(interruption);
    return interruption.status ?? observation.conclude();
  } finally {
    interruption.end();
    observation.close();
  }
}

/**
 * Ends the process as a terminal that has gone ends any: by SIGHUP. Node 20 and 22 would abort at their exit instead,
 * because they cannot give such a terminal its modes back.
 */
function dieOfHangup(interruption: Interruption): void {
  interruption.end();
  process.kill(process.pid, "SIGHUP");
}
