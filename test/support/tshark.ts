/** tshark and mergecap as an independent reader of captures. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Scratch } from "./scratch.js";

/** A packet as Wireshark's capture library reads it. */
export interface WiresharkPacket {
  /** Microseconds since 1970-01-01 UTC, truncated. */
  readonly time: bigint;
  readonly wireLength: number;
  readonly capturedLength: number;
}

/** Whether Wireshark's tools are installed; says loudly on standard error when they are not. */
export function hasTshark(): boolean {
  if (spawnSync("tshark", ["--version"]).status === 0 && spawnSync("mergecap", ["--version"]).status === 0) return true;
  process.stderr.write("\n*** SKIPPED: tshark and mergecap are missing, so no comparison with them runs ***\n\n");
  return false;
}

/** The packets of `captures`, one file after the other, in one run: starting tshark takes longer than reading. */
export function readWithTshark(captures: readonly string[]): WiresharkPacket[] {
  const scratch = new Scratch();
  try {
    const merged = join(scratch.path, "merged.pcapng");
    run("mergecap", ["-a", "-w", merged, ...captures]);
    const fields = ["frame.time_epoch", "frame.len", "frame.cap_len"].flatMap((name) => ["-e", name]);
    return run("tshark", ["-n", "-r", merged, "-T", "fields", ...fields]).map(parsePacket);
  } finally {
    scratch.remove();
  }
}

/** The lines that a command prints. */
function run(command: string, args: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync(command, args, { maxBuffer: 1 << 28, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout.split("\n").filter((line) => line !== "");
}

function parsePacket(line: string): WiresharkPacket {
  const [time, wire, captured] = line.split("\t");
  const [seconds, fraction] = time!.split(".");
  return {
    time: BigInt(seconds!) * 1_000_000n + BigInt(fraction!.slice(0, 6)),
    wireLength: Number(wire),
    capturedLength: Number(captured),
  };
}
