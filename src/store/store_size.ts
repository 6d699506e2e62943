/** How much a store takes on the disk. */
import { opendir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Octets of all files below a folder; what goes while it looks counts as nothing. */
export async function folderOctets(folder: string): Promise<number> {
  let sum = 0;
  try {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) sum += await folderOctets(path);
      else
        sum += await stat(path).then(
          ({ size }) => size,
          () => 0,
        );
    }
  } catch {
    // The folder was removed, as retention does.
  }
  return sum;
}
