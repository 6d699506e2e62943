/** The query engine that seals, with its spill folder beside the journals: a killed one's is found there and removed. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../query/engine.js";
import { journalFolder } from "./layout.js";

/**
 * Runs `action` with an engine.
 *
 * @param owner whose lock, `OWNER.lock`, guards the folder
 */
export async function withSealEngine<Result>(
  store: string,
  owner: string,
  action: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const folder = join(journalFolder(store), `${owner}.spill`);
  mkdirSync(folder, { recursive: true });
  const { Engine } = await import("../query/engine.js");
  const engine = await Engine.open({ temporary: folder });
  try {
    return await action(engine);
  } finally {
    engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
