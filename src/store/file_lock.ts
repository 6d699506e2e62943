/** Changes of a small file by one process at a time. */
import { OutputError } from "../errors.js";
import { ProcessLock } from "./process_lock.js";

/** Milliseconds between two tries. */
const PAUSE = 5;
/** Milliseconds: whoever holds the lock reads and writes a few lines. */
const LONGEST = 30_000;

/**
 * Does what has to be done with a file while no other process does the same. It waits for those without returning: the
 * lock is held for milliseconds, and one that a dead process left is taken over.
 *
 * @throws OutputError when the file's folder cannot be written, or another process keeps the lock for half a minute
 */
export function whileLocked<Result>(path: string, change: () => Result): Result {
  const lock = takeWhenFree(`${path}.lock`);
  try {
    return change();
  } finally {
    lock.release();
  }
}

function takeWhenFree(path: string): ProcessLock {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const end = performance.now() + LONGEST;
  for (;;) {
    const lock = ProcessLock.take(path);
    if (lock !== undefined) return lock;
    if (performance.now() > end) throw new OutputError(`${path}: another process does not let go of it`);
    Atomics.wait(clock, 0, 0, PAUSE);
  }
}
