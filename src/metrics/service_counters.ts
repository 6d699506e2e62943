/** What the service counts about itself; it owns one and counts in it, scrapes read it. */

import { LOG_LEVELS, type LogLevel } from "../log/levels.js";

/** `failure`: the new configuration was refused or could not be put in place, and the old one stays. */
export const RELOAD_RESULTS = ["success", "failure"] as const;
export type ReloadResult = (typeof RELOAD_RESULTS)[number];

export class ServiceCounters {
  readonly #reloads: Record<ReloadResult, number> = { success: 0, failure: 0 };
  readonly #messages = Object.fromEntries(LOG_LEVELS.map((level) => [level, 0])) as Record<LogLevel, number>;
  #suppressed = 0;
  #lastReload: ReloadResult = "success";

  /** Counts a reload of the configuration. */
  reloaded(result: ReloadResult): void {
    this.#reloads[result] += 1;
    this.#lastReload = result;
  }

  /** Counts a message that was written to the log. */
  logged(level: LogLevel): void {
    this.#messages[level] += 1;
  }

  /** Counts messages that the log's limit kept back. */
  suppressed(messages: number): void {
    this.#suppressed += messages;
  }

  get reloads(): Readonly<Record<ReloadResult, number>> {
    return this.#reloads;
  }

  /** How the latest reload went; `success` before the first, because the configuration at the start was taken. */
  get lastReload(): ReloadResult {
    return this.#lastReload;
  }

  get messages(): Readonly<Record<LogLevel, number>> {
    return this.#messages;
  }

  get suppressedMessages(): number {
    return this.#suppressed;
  }
}
