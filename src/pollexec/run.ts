/** rwpollexec: a folder's files, each given to a command and put away. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Arguments } from "../cli/switches.js";
import { OutputError, systemReason, UsageError } from "../errors.js";
import { ProcessLock } from "../store/process_lock.js";
import { pollOptions } from "./options.js";
import { PollLog } from "./poll_log.js";
import { Poller } from "./poller.js";

/** In the folder: files whose names begin with a dot are not looked at. */
const LOCK = ".rwpollexec.lock";

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** Runs until a signal ends it, and returns the exit status. */
export async function runPollexec(args: Arguments, called: string): Promise<number> {
  const options = pollOptions(args, called);
  const log = PollLog.of(args, called);
  const lock = ProcessLock.take(join(options.incoming, LOCK));
  if (lock === undefined) throw new UsageError(`another process already watches ${options.incoming}`);
  const pidfile = args.value("pidfile");
  const poller = new Poller(options, called, log);
  const stop = (signal: NodeJS.Signals) => {
    log.info(`Stopping because of ${signal}`);
    poller.stop();
  };
  try {
    if (pidfile !== undefined) writePid(pidfile);
    for (const signal of SIGNALS) process.on(signal, stop);
    await poller.run();
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
    if (pidfile !== undefined) rmSync(pidfile, { force: true });
    lock.release();
  }
  return 0;
}

function writePid(path: string): void {
  try {
    writeFileSync(path, `${process.pid}\n`);
  } catch (error) {
    throw new OutputError(`cannot write ${path}: ${systemReason(error)}`);
  }
}
