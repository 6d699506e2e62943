/** The built program, run as a user would. */

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { resolve } from "node:path";
import type { Readable, Writable } from "node:stream";

/** The program's file; tests start in the project's root. */
export const PROGRAM = resolve("dist", "cli.js");

/**
 * Milliseconds after which a program that has not ended is killed: a bound for what never ends, not for slow machines,
 * where dozens of programs may run at once.
 */
const LONGEST = 240_000;

/** Milliseconds that `until` waits at most, for the same reason. */
const PATIENCE = 120_000;

/**
 * What programs find in their environment. bash reads the user's ~/.bashrc, whatever that prints and takes, when its
 * standard input is a socket, as Node's pipes are, and no shell is above it; and any file that BASH_ENV names.
 */
const { BASH_ENV: _, ...OURS } = process.env;
export const ENVIRONMENT: NodeJS.ProcessEnv = { ...OURS, SHLVL: "1", TZ: "UTC" };

export interface RunOptions {
  readonly stdin?: Uint8Array | string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** How a program ended. `status` is null when a signal killed it. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  /** Standard output as it came, for binary formats. */
  readonly octets: Buffer;
  readonly stderr: string;
}

/** A program that runs. */
export interface Running {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly ended: Promise<Ended>;
}

/** Runs `flowtap` with `args` to its end. */
export function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return runCommand(process.execPath, [PROGRAM, ...args], options);
}

/** Runs any program to its end. */
export function runCommand(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { child, ended } = startCommand(command, args, options);
  child.stdin.end(options.stdin);
  return ended;
}

/** Starts `flowtap` and leaves its standard input open. */
export function start(args: readonly string[], options: RunOptions = {}): Running {
  return startCommand(process.execPath, [PROGRAM, ...args], options);
}

/** Starts any program and leaves its standard input open. */
export function startCommand(command: string, args: readonly string[], options: RunOptions = {}): Running {
  const child = spawn(command, args, {
    stdio: ["pipe", "pipe", "pipe"],
    cwd: options.cwd,
    env: { ...ENVIRONMENT, ...options.env },
  });
  child.stdin.on("error", () => {}); // a program that does not read its input to the end is no error here
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => out.push(piece));
  child.stderr.on("data", (piece: Buffer) => err.push(piece));
  const ended = new Promise<Ended>((resolve, reject) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), LONGEST);
    child.on("error", reject);
    child.on("close", (status, signal) => {
      clearTimeout(timer);
      const octets = Buffer.concat(out);
      const stderr = Buffer.concat(err).toString();
      resolve({ status, signal, stdout: octets.toString(), octets, stderr });
    });
  });
  return { child, ended };
}

/** The lines of a text without the empty one at its end. */
export function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** Resolves when `condition` holds, which may be a question to be waited for; rejects after a bounded time. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
