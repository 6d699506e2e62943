/** One command that runs on one file. */
import { type ChildProcess, spawn } from "node:child_process";
import { systemReason } from "../errors.js";

export interface Timeout {
  readonly signal: NodeJS.Signals;
  /** After the command's start. */
  readonly seconds: number;
}

/** How a command ended; `signalled` when a signal ended it or it could not be started. */
export type CommandEnd =
  | { readonly kind: "exited"; readonly status: number }
  | { readonly kind: "signalled"; readonly signal: string }
  | { readonly kind: "not started"; readonly reason: string };

const SHELL = "/bin/sh";

/** Longest time of a timer, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Runs a script of `commandScript` on a file.
 *
 * @param called what the script knows itself by
 * @param onTimeout hears of each signal that is sent because the command takes too long
 */
export function runOnFile(
  script: string,
  called: string,
  path: string,
  timeouts: readonly Timeout[],
  onTimeout: (timeout: Timeout) => void,
): Promise<CommandEnd> {
  // In a process group of its own: signals for the command reach all its processes, those for us do not reach it.
  const child = spawn(SHELL, ["-c", script, called, path], {
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  });
  const timers = timeouts.map((timeout) =>
    setTimeout(
      () => {
        onTimeout(timeout);
        signalGroup(child, timeout.signal);
      },
      Math.min(1000 * timeout.seconds, LONGEST_TIMER),
    ),
  );
  return new Promise<CommandEnd>((resolve) => {
    child.on("error", (error) => resolve({ kind: "not started", reason: systemReason(error) }));
    child.on("exit", (status, signal) =>
      resolve(status === null ? { kind: "signalled", signal: signal ?? "unknown" } : { kind: "exited", status }),
    );
  }).finally(() => {
    for (const timer of timers) clearTimeout(timer);
  });
}

function signalGroup({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has just ended.
  }
}
