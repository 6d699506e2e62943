/** Keeps what exporters have told, templates and sampling, across restarts: a file for each route, in the store. */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { loadSessions, saveSessions } from "../collect/session_file.js";
import { FlowtapError } from "../errors.js";
import type { Collection } from "./collection.js";
import type { CollectorPlan, Route } from "./plan.js";

export class TemplateFiles {
  readonly #folder: string;
  readonly #plan: CollectorPlan;
  readonly #collection: Collection;
  readonly #warn: (text: string) => void;

  /** @param warn hears of files that cannot be read or written: collecting goes on without them */
  constructor(store: string, plan: CollectorPlan, collection: Collection, warn: (text: string) => void) {
    this.#folder = join(store, "collector");
    this.#plan = plan;
    this.#collection = collection;
    this.#warn = warn;
  }

  restore(): void {
    for (const { route, process } of this.#collection.processes)
      this.#attempt(() => process.restore(loadSessions(this.#path(route))));
  }

  save(): void {
    this.#attempt(() => {
      mkdirSync(this.#folder, { recursive: true });
      for (const { route, process } of this.#collection.processes)
        saveSessions(this.#path(route), process.saved(Date.now() * 1000));
    });
  }

  /** Collectors that share a store listen elsewhere: the name comes from where. */
  #path(route: Route): string {
    const places = this.#plan.listeners
      .filter(({ admissions }) => admissions.some((each) => each.route === route))
      .map(({ address }) => address.name);
    const name = createHash("sha256")
      .update(JSON.stringify([route.name, places]))
      .digest("hex")
      .slice(0, 12);
    return join(this.#folder, `templates-${name}.json`);
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#warn(error instanceof FlowtapError ? error.message : `templates are not kept: ${String(error)}`);
    }
  }
}
