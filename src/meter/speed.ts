/** How fast captures are read: `--speed`. */
import type { Arguments, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";

export const SPEED_SWITCH: Switch = {
  name: "speed",
  argument: "N",
  group: "Replay",
  help: "1 (or 1x) keeps the capture's own time, 10 is ten times faster, 0.5 half as fast, max does not wait at all",
  fallback: "1",
};

/** Packet time per wall time; 0 means as fast as possible. @throws UsageError */
export function speedOf(args: Arguments): number {
  const text = args.value("speed") ?? "1";
  if (text === "max") return 0;
  const speed = /^\d+(\.\d+)?x?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
  if (speed >= 0.001 && speed <= 1_000_000) return speed;
  throw new UsageError(`--speed: '${text}' is not a factor such as 10 or 0.5x (0.001 to 1000000), or max`);
}
