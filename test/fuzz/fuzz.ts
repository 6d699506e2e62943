/**
 * `node fuzz.js`: readers of what others made, guided by what inputs reach: an input that moves a counter further than
 * any before, or ends in a new way, is changed again. FUZZ_SECONDS for each target (60), FUZZ_SEED to repeat a run. What
 * must not happen is written to build/fuzz/artifacts, with status 1.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { FIXTURES } from "../support/fixtures.js";
import { FileTarget } from "./files.js";
import { MessageTarget } from "./messages.js";
import { Mutator } from "./mutation.js";
import type { FuzzTarget } from "./target.js";

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 60);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() & 0x7fffffff);
const ARTIFACTS = resolve("build", "fuzz", "artifacts");
/** Octets of memory that no input may drive us to. */
const MOST_MEMORY = 1536 * 1024 * 1024;
/** Milliseconds that no input may take. */
const LONGEST = 5000;

function report(target: FuzzTarget, what: unknown): never {
  mkdirSync(ARTIFACTS, { recursive: true });
  const path = join(ARTIFACTS, `${target.name}-${Date.now()}.hex`);
  writeFileSync(path, `${target.last}\n`);
  process.stderr.write(`${what instanceof Error ? what.stack : what}\nseed ${SEED}; the input is in ${path}\n`);
  process.exit(1);
}

function fuzz(target: FuzzTarget): void {
  const mutator = new Mutator(SEED);
  const reached = new Set<string>();
  const end = Date.now() + SECONDS * 1000;
  let runs = 0;
  let kept = 0;
  for (; Date.now() < end; runs++) {
    const began = Date.now();
    try {
      const before = reached.size;
      for (const feature of target.run(mutator)) reached.add(feature);
      if (reached.size > before) {
        target.keep();
        kept += 1;
      }
    } catch (error) {
      report(target, error);
    }
    if (Date.now() - began > LONGEST) report(target, `took ${Date.now() - began} ms`);
    if (runs % 1000 === 0 && process.memoryUsage().rss > MOST_MEMORY) report(target, "takes too much memory");
  }
  target.close?.();
  console.log(`${target.name}: ${runs} runs, ${kept} inputs kept, ${reached.size} features, seed ${SEED}`);
}

if (existsSync(FIXTURES)) for (const target of [new MessageTarget(), new FileTarget()]) fuzz(target);
else process.stderr.write(`*** ${FIXTURES} is missing: the fuzzer has nothing to start from ***\n`);
