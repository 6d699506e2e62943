// Whole processes, as /usr/bin/time sees them.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Run {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  /** MiB of the largest process. */
  readonly memory: number;
}

/** What commands find: SiLK's names on PATH, times in UTC. */
export const environment = {
  ...process.env,
  PATH: `${join(process.cwd(), "dist", "silk")}:${process.env.PATH}`,
  TZ: "UTC",
};

/** Runs a shell's command line; what it prints goes nowhere. @param folder for the timing */
export function measure(command: string, folder: string): Run {
  const timing = join(folder, "time.txt");
  const shell = ["bash", "--norc", "-o", "pipefail", "-c", `${command} > /dev/null`];
  const { status, stderr } = spawnSync("/usr/bin/time", ["-f", "%e %U %S %M", "-o", timing, ...shell], {
    encoding: "utf8",
    env: environment,
    timeout: 1_800_000,
  });
  if (status !== 0) console.log(`  ${command} ended with ${status}: ${stderr.trim().split("\n").at(-1)}`);
  const [wall = 0, user = 0, system = 0, kib = 0] = readFileSync(timing, "utf8")
    .trim()
    .split("\n")
    .at(-1)!
    .split(" ")
    .map(Number);
  return { wall, cpu: user + system, memory: kib / 1024 };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Medians of several runs, and the cell of a table that shows them. */
export function medians(runs: readonly Run[]): Run & { readonly text: string } {
  const of = (key: keyof Run) => median(runs.map((each) => each[key]));
  const run: Run = { wall: of("wall"), cpu: of("cpu"), memory: of("memory") };
  return { ...run, text: `${run.wall.toFixed(2)}, ${run.cpu.toFixed(2)}, ${run.memory.toFixed(0)}` };
}
