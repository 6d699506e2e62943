import type { ServiceManager } from "./service_manager.js";

/** Shows the service manager that we live, for as long as `lives` says so. @returns ends it */
export function keepWatchdog(manager: ServiceManager, lives: () => boolean): () => void {
  if (manager.watchdog === undefined) return () => {};
  const timer = setInterval(() => {
    if (lives()) manager.alive();
  }, manager.watchdog / 2);
  return () => clearInterval(timer);
}
