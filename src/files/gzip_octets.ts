/** The octets of a gzip file, uncompressed by another thread while this one reads and waits in place. */
import { closeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { RingReader, sharedRing } from "./gunzip_ring.js";

export class GzipOctets {
  readonly #fd: number;
  readonly #reader: RingReader;
  readonly #thread: Worker;
  #ended = false;

  /** @param fd of the file at its start; closed by `close` */
  constructor(fd: number) {
    this.#fd = fd;
    const ring = sharedRing();
    this.#reader = new RingReader(ring);
    this.#thread = new Worker(new URL("./gunzip_thread.js", import.meta.url), { workerData: { fd, ring } });
    this.#thread.unref();
  }

  /** Octets of the file that have been read. */
  get fileOctets(): number {
    return this.#reader.progress;
  }

  /**
   * Copies what comes next to `into` and returns how many octets; 0 at the end.
   *
   * @throws Error with the reason when the file is damaged or cannot be read
   */
  read(into: Uint8Array): number {
    const octets = this.#reader.read(into);
    this.#ended = octets === 0;
    return octets;
  }

  close(): void {
    if (this.#ended) closeSync(this.#fd);
    // The thread may be reading: the number must not become another file's before it has stopped.
    else void this.#thread.terminate().then(() => closeSync(this.#fd));
  }
}
