/** Files that a test makes for itself. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder in the system's temporary one; whoever makes it calls `remove` when it is done. */
export class Scratch {
  readonly path = mkdtempSync(join(tmpdir(), "flowtap-test-"));

  /** Writes a file and returns its path. */
  write(name: string, octets: Uint8Array | string): string {
    const path = join(this.path, name);
    writeFileSync(path, octets);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
