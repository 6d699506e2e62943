import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { OutputError, systemReason } from "../errors.js";
import type { Encoder } from "../formats/encoder.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowBatch } from "../record/batch.js";
import { type Exporter, newCounters } from "./exporter.js";

/**
 * Writes a regular file that appears whole: under a temporary name in the same folder, fsynced, then renamed. A failure
 * leaves what was there before, and all records count as lost.
 */
export class FileExporter implements Exporter {
  readonly name: string;
  readonly counters = newCounters();
  readonly connected = true;
  readonly trouble = undefined;
  readonly #path: string;
  readonly #temporary: string;
  readonly #encoder: Encoder;
  readonly #emit = (bytes: Uint8Array, records: number) => this.#append(bytes, records);
  #descriptor: number;
  #records = 0;
  #finished = false;

  /**
   * @param name what the user calls it
   * @param path the file itself, not a link to it
   * @throws OutputError when the folder cannot be written
   */
  constructor(name: string, path: string, encoder: Encoder) {
    this.name = name;
    this.#path = path;
    this.#encoder = encoder;
    this.#temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
    try {
      this.#descriptor = openSync(this.#temporary, "wx", 0o644);
    } catch (error) {
      throw new OutputError(`cannot write ${name}: ${systemReason(error)}`);
    }
  }

  write(batch: FlowBatch): void {
    this.#records += batch.count;
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
      this.#finished = true;
    } catch (error) {
      this.abort();
      throw new OutputError(`cannot write ${this.name}: ${systemReason(error)}`);
    }
  }

  abort(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.counters.lost.sendFailed += this.#records;
    this.counters.exportedRecords = 0;
    try {
      if (this.#descriptor >= 0) closeSync(this.#descriptor);
      unlinkSync(this.#temporary);
    } catch {
      // Already gone: there is nothing left to undo.
    }
  }

  #append(bytes: Uint8Array, records: number): void {
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      throw new OutputError(`cannot write ${this.name}: ${systemReason(error)}`);
    }
    this.counters.exportedRecords += records;
    this.counters.exportedMessages++;
    this.counters.exportedOctets += bytes.length;
  }
}
