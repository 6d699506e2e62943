/**
 * The program that does a writer's heavy work. It ends at once when its parent has gone; what it was doing is done again
 * by the next writer, which waits until this process and its lock have ended.
 */
import { OutputError } from "../errors.js";
import { ProcessLock } from "./process_lock.js";
import { recoverStore } from "./recovery.js";
import { applyRetention } from "./retention.js";
import { sealHere } from "./seal_here.js";
import { sealLock } from "./seal_lock.js";
import type { SealedJournal } from "./seal_queue.js";
import type { StoreWork, StoreWorkResult } from "./store_work.js";

async function sealed({ store, id, attempt }: Extract<StoreWork, { kind: "seal" }>): Promise<SealedJournal> {
  const lock = ProcessLock.take(sealLock(store, id));
  if (lock === undefined) throw new OutputError(`cannot seal ${id} of store ${store}: another process does`);
  try {
    return await sealHere(store, id, attempt, id);
  } finally {
    lock.release();
  }
}

async function done(work: StoreWork): Promise<SealedJournal> {
  switch (work.kind) {
    case "seal":
      return sealed(work);
    case "recover":
      return { files: (await recoverStore(work.store)).files.length, octets: 0 };
    case "retain":
      return { files: applyRetention(work.store, work.retention, Date.now()).length, octets: 0 };
  }
}

function answer(result: StoreWorkResult): void {
  process.send?.(result, () => process.exit(0));
}

// Not `exit`, which waits for DuckDB's threads while they wait for this one (DuckDB 1.5.6).
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// A terminal's ^C reaches the whole process group: the meter decides how long sealing goes on.
for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) process.on(signal, () => {});
done(JSON.parse(process.argv[2] ?? "") as StoreWork).then(answer, (error: unknown) =>
  answer({ failure: error instanceof Error ? error.message : String(error) }),
);
