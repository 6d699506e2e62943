import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";

/** The project's root, from wherever the compiled tests run. */
export const ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));

/** Real data that lies beside the project and is never copied into it. */
export const FIXTURES = join(ROOT, "..", "shared", "fixtures");
export const haveFixtures = existsSync(FIXTURES);

/** `test` where the fixtures are; elsewhere a test that passes and says loudly that nothing was checked. */
export const fixtureTest: typeof test.serial | typeof test = haveFixtures
  ? test
  : (((title: string) =>
      test(`SKIPPED, ../shared/fixtures is missing: ${title}`, (t) => {
        t.log(`SKIPPED: ${title}`);
        t.pass();
      })) as typeof test);

/** Paths of the captures of a fixture folder, sorted. */
export function fixtureCaptures(folder: "captures" | "community-id" | "export"): string[] {
  if (!haveFixtures) return [];
  const path = join(FIXTURES, folder);
  return readdirSync(path)
    .filter((name) => /\.(pcap|pcapng|cap)$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

function findRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) throw new Error("no package.json above the tests");
  }
}
