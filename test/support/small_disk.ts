/** A disk of a few megabytes, for tests of what happens when it is full. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Scratch } from "./scratch.js";

export interface SmallDisk {
  readonly path: string;
  unmount(): void;
}

/** Mounts a tmpfs, which only root can; undefined, after saying so loudly, where that is not allowed. */
export function smallDisk(scratch: Scratch, name: string, mebibytes: number): SmallDisk | undefined {
  const path = join(scratch.path, name);
  mkdirSync(path);
  const { status, stderr } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "tmpfs", path]);
  if (status !== 0) {
    process.stderr.write(
      `\n*** SKIPPED: no tmpfs can be mounted, so tests of a full disk do not run: ${stderr} ***\n\n`,
    );
    return undefined;
  }
  return {
    path,
    unmount: () => void spawnSync("umount", ["-l", path]),
  };
}
