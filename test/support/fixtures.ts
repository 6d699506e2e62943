/** The real captures that lie beside the project, for tests that use them in place. */

import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { TestFn } from "ava";

/** Folder of the fixtures; it may be missing. */
export const FIXTURES = resolve("..", "shared", "fixtures");

/** Ava's `test` where the fixtures are present. Elsewhere a `test` that skips, after saying so on standard error. */
export function testWithFixtures(test: TestFn): TestFn | TestFn["skip"] {
  if (existsSync(FIXTURES)) return test;
  process.stderr.write(`\n*** SKIPPED: ${FIXTURES} is missing, so tests on real captures do not run ***\n\n`);
  return test.skip;
}

/** Paths of the captures in some folders of the fixtures, sorted. */
export function fixtureCaptures(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) => {
    const names = readdirSync(join(FIXTURES, folder)).filter((name) => /\.(pcap|pcapng|cap)$/.test(name));
    return names.sort().map((name) => join(FIXTURES, folder, name));
  });
}
