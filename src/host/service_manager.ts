/** What the service manager that started us wants to hear: sd_notify(3) and its watchdog. */
import { loadNative } from "../meter/native.js";

export class ServiceManager {
  readonly #socket: string | undefined;
  /** Milliseconds within which it wants a sign of life; undefined where it does not watch us. */
  readonly watchdog: number | undefined;

  /** @param environment NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID as the manager sets them */
  constructor(environment: NodeJS.ProcessEnv = process.env) {
    this.#socket = environment.NOTIFY_SOCKET;
    const watched = environment.WATCHDOG_PID === undefined || Number(environment.WATCHDOG_PID) === process.pid;
    const microseconds = Number(environment.WATCHDOG_USEC ?? 0);
    this.watchdog = watched && microseconds > 0 ? microseconds / 1000 : undefined;
  }

  ready(): void {
    this.#notify("READY=1");
  }

  /** A line for `systemctl status`. */
  status(text: string): void {
    this.#notify(`STATUS=${text}`);
  }

  alive(): void {
    this.#notify("WATCHDOG=1");
  }

  reloading(): void {
    this.#notify("RELOADING=1");
  }

  stopping(): void {
    this.#notify("STOPPING=1");
  }

  #notify(state: string): void {
    if (this.#socket === undefined) return;
    try {
      loadNative().notifyService(this.#socket, state);
    } catch {
      // A manager that does not listen is no reason to stop metering.
    }
  }
}
