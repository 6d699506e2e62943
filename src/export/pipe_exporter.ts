import type { Writable } from "node:stream";
import { ClosedPipeError, OutputError, systemCode, systemReason } from "../errors.js";
import type { Encoder } from "../formats/encoder.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowBatch } from "../record/batch.js";
import { type Exporter, newCounters } from "./exporter.js";

/** Writes to a pipe, terminal or device and slows the meter down to the speed of its reader. */
export class PipeExporter implements Exporter {
  readonly name: string;
  readonly counters = newCounters();
  readonly connected = true;
  readonly trouble = undefined;
  readonly #stream: Writable;
  readonly #encoder: Encoder;
  readonly #emit = (bytes: Uint8Array, records: number) => this.#send(bytes, records);
  #drained: Promise<void> | undefined;
  #failure: OutputError | ClosedPipeError | undefined;
  #wake: () => void = () => {};

  constructor(name: string, stream: Writable, encoder: Encoder) {
    this.name = name;
    this.#stream = stream;
    this.#encoder = encoder;
    stream.on("drain", () => this.#resume());
    stream.on("error", (error) => {
      this.#failure =
        systemCode(error) === "EPIPE"
          ? new ClosedPipeError(`${name} was closed by its reader`)
          : new OutputError(`cannot write ${name}: ${systemReason(error)}`);
      this.#resume();
    });
  }

  write(batch: FlowBatch): void {
    this.#check();
    this.#encoder.encode(batch, this.#emit);
  }

  report(records: readonly OptionsRecord[]): void {
    this.#encoder.encodeOptions?.(records, this.#emit);
  }

  flush(): void {
    this.#check();
    this.#encoder.flush(this.#emit);
  }

  ready(): Promise<void> | undefined {
    return this.#drained;
  }

  async close(): Promise<void> {
    this.flush();
    await new Promise<void>((resolve) => {
      if (this.#failure !== undefined) return resolve();
      this.#wake = resolve;
      this.#stream.write("", () => resolve());
    });
    this.#check();
  }

  abort(): void {
    // What was written is with the reader; there is nothing to take back.
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #resume(): void {
    this.#drained = undefined;
    this.#wake();
  }

  #send(bytes: Uint8Array, records: number): void {
    // The encoder uses its buffer again after this call; the stream may hold on to what it is given.
    const accepted = this.#stream.write(Buffer.from(bytes));
    this.counters.exportedRecords += records;
    this.counters.exportedMessages++;
    this.counters.exportedOctets += bytes.length;
    if (!accepted && this.#drained === undefined && this.#failure === undefined)
      this.#drained = new Promise<void>((resolve) => (this.#wake = resolve));
  }
}
