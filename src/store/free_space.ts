/** Room on a store's disk, and the part of it that is left to others. */
import { statfs } from "node:fs/promises";
import { systemCode } from "../errors.js";

/** The reserve unless told otherwise: enough to seal into, and little of a small disk. */
const MOST_RESERVED = 64 * 1024 * 1024;
const RESERVED_SHARE = 0.01;

/** Writing starts again with this much of the reserve to spare, so that it does not stop at once. */
const SPARE = 0.25;

export class FreeSpace {
  readonly #folder: string;
  readonly #reserve: number | undefined;
  #limit = 0;
  #free = Number.POSITIVE_INFINITY;
  #gone = false;

  /**
   * @param folder of the store
   * @param reserve octets; undefined for the smaller of 64 MiB and 1 % of the disk
   */
  constructor(folder: string, reserve: number | undefined) {
    this.#folder = folder;
    this.#reserve = reserve;
  }

  /** Asks the system. */
  async look(): Promise<void> {
    try {
      const { bsize, bavail, blocks } = await statfs(this.#folder);
      this.#free = bsize * bavail;
      this.#limit = this.#reserve ?? Math.min(MOST_RESERVED, bsize * blocks * RESERVED_SHARE);
      this.#gone = false;
    } catch (error) {
      // A folder that is not there can be made again; another error is that of the next write.
      this.#gone = systemCode(error) === "ENOENT";
    }
  }

  /** Octets were written since the last look. */
  taken(octets: number): void {
    this.#free -= octets;
  }

  /** The folder has been made again: what the last look said of it is over. */
  remade(): void {
    this.#gone = false;
  }

  /** Octets free as of the last look; 0 before it. */
  get octets(): number {
    return Number.isFinite(this.#free) ? Math.max(0, this.#free) : 0;
  }

  /** Why nothing more should be written; undefined when there is room. */
  get shortage(): string | undefined {
    if (this.#gone) return "the folder has gone";
    return this.#free < this.#limit ? `less than ${mebibytes(this.#limit)} MiB are free (--store-reserve)` : undefined;
  }

  /** Whether writing may start again. */
  get recovered(): boolean {
    return this.#gone || this.#free >= this.#limit * (1 + SPARE);
  }
}

function mebibytes(octets: number): string {
  const value = octets / (1024 * 1024);
  return value >= 10 ? value.toFixed(0) : value.toFixed(1);
}
