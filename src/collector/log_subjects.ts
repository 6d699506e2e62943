/** What the log tells about the exporters of a probe: SiLK's `log-flags`. */
import type { Probe } from "../site/probes.js";

/** The flags that something here is logged for; `trouble` is what has no flag, and stays unless there is `none`. */
export type LogSubject = "bad" | "missing" | "firewall-event" | "trouble";

/** What `default` stands for, and what is logged without `log-flags`. */
export const DEFAULT_LOGGED: ReadonlySet<LogSubject> = new Set(["bad", "missing", "trouble"]);

const OF_FLAG: Readonly<Record<string, readonly LogSubject[]>> = {
  all: ["bad", "missing", "firewall-event"],
  bad: ["bad"],
  default: [...DEFAULT_LOGGED],
  missing: ["missing"],
  "firewall-event": ["firewall-event"],
};

/** What the probe's flags let through. */
export function loggedOf({ settings }: Probe): ReadonlySet<LogSubject> {
  const flags = settings.get("log-flags");
  if (flags === undefined) return DEFAULT_LOGGED;
  if (flags.includes("none")) return new Set();
  return new Set<LogSubject>(["trouble", ...flags.flatMap((flag) => OF_FLAG[flag] ?? [])]);
}
