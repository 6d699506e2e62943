import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { OutputError, systemReason } from "../errors.js";
import type { Encoder } from "../formats/encoder.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowBatch } from "../record/batch.js";
import { type Exporter, newCounters } from "./exporter.js";

/**
 * Writes a file that appears whole: under a temporary name in the same folder, fsynced, then renamed. A failure leaves
 * what was there before.
 */
export class FileExporter implements Exporter {
  readonly name: string;
  readonly counters = newCounters();
  readonly trouble = undefined;
  readonly #path: string;
  readonly #temporary: string;
  readonly #encoder: Encoder;
  readonly #emit = (bytes: Uint8Array, records: number) => this.#append(bytes, records);
  #descriptor: number;

  /** @throws OutputError when the folder cannot be written */
  constructor(path: string, encoder: Encoder) {
    this.name = path;
    this.#path = path;
    this.#encoder = encoder;
    this.#temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
    try {
      this.#descriptor = openSync(this.#temporary, "wx", 0o644);
    } catch (error) {
      throw new OutputError(`cannot write ${path}: ${systemReason(error)}`);
    }
  }

  write(batch: FlowBatch): void {
    this.#encoder.encode(batch, this.#emit);
  }

  report(records: readonly OptionsRecord[]): void {
    this.#encoder.encodeOptions?.(records, this.#emit);
  }

  flush(): void {
    // A file has no reader yet who waits: full messages make it smaller.
  }

  ready(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    this.#encoder.flush(this.#emit);
    try {
      fsyncSync(this.#descriptor);
      closeSync(this.#descriptor);
      this.#descriptor = -1;
      renameSync(this.#temporary, this.#path);
    } catch (error) {
      this.abort();
      throw new OutputError(`cannot write ${this.#path}: ${systemReason(error)}`);
    }
  }

  abort(): void {
    try {
      if (this.#descriptor >= 0) closeSync(this.#descriptor);
      this.#descriptor = -1;
      unlinkSync(this.#temporary);
    } catch {
      // Already gone: there is nothing left to undo.
    }
  }

  #append(bytes: Uint8Array, records: number): void {
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      throw new OutputError(`cannot write ${this.#path}: ${systemReason(error)}`);
    }
    this.counters.exportedRecords += records;
    this.counters.exportedMessages++;
    this.counters.exportedOctets += bytes.length;
  }
}
