import { setImmediate as nextTurn } from "node:timers/promises";
import { FlowBatch } from "../record/batch.js";
import { recordStride } from "../record/layout.js";
import { loadNative, type MeterStats, type NativeMeter, type NativeMeterOptions, type SourceNotice } from "./native.js";

/**
 * Octets of the ring between the metering thread and JavaScript. Captures wait for JavaScript, so the ring only has to
 * bridge a wake-up; at 2 MiB it stays in the second-level cache (mix: 1.20 CPU s against 1.42 with 32 MiB).
 */
const RING_OCTETS = 2 * 1024 * 1024;

/** Records handed on at once: large enough to amortise a call, small enough to stay in the second-level cache. */
const BATCH_RECORDS = 4096;

/** Batches after which the event loop gets a turn: some milliseconds of encoding. */
const BATCHES_A_TURN = 8;

/** Where a meter's flows go. */
export interface FlowSink {
  /** Takes the records of a batch; the batch is valid only during the call. */
  write(batch: FlowBatch): void;
  /** A promise while the sink cannot take more without losing flows, else undefined. */
  ready(): Promise<void> | undefined;
  /** Nothing more has come for a moment: what is buffered should go out. */
  flush(): void;
}

/**
 * One run of the native metering process: starts it, moves its records to a sink, waits for its end.
 * Back-pressure reaches the metering thread through the ring: a sink that is not ready leaves records unreleased.
 */
export class Meter {
  readonly #native: NativeMeter;
  readonly #batch: FlowBatch;
  readonly #capacity: number;
  #position = 0;
  /** A record has been handed on. */
  #started = false;
  #wake: () => void = () => {};
  #woken = false;
  #lastStats: MeterStats | undefined;

  constructor(options: NativeMeterOptions) {
    const stride = recordStride(options.groups);
    this.#capacity = Math.floor(RING_OCTETS / stride);
    this.#batch = new FlowBatch(new ArrayBuffer(this.#capacity * stride), options.groups);
    const memory = this.#batch.buffer as ArrayBuffer;
    this.#native = new (loadNative().Meter)(options, memory, () => {
      this.#woken = true;
      this.#wake();
    });
  }

  /**
   * Meters until the sources end or `stop` is called, and every flow has gone to the sink.
   *
   * @param onNotices hears what sources have to say, as it happens
   */
  async run(sink: FlowSink, onNotices: (notices: SourceNotice[]) => void): Promise<MeterStats> {
    try {
      this.#native.start();
      for (;;) {
        await this.#drain(sink);
        const notices = this.#native.notices();
        if (notices.length > 0) onNotices(notices);
        const stats = this.#native.stats();
        if (stats.finished && this.#native.poll(1) === 0) {
          const last = this.#native.notices();
          if (last.length > 0) onNotices(last);
          return stats;
        }
        // Before the first record it is not sure that there will be any output: the captures may all be refused.
        if (this.#started) sink.flush();
        await this.#woke();
      }
    } finally {
      this.close();
    }
  }

  /** Ends the metering thread, whatever it is doing, and lets the process end. `run` does so when it is done. */
  close(): void {
    if (this.#lastStats !== undefined) return;
    this.#lastStats = this.#native.stats();
    this.#native.close();
  }

  /** Ends reading; `run` resolves when what was metered so far is out. */
  stop(): void {
    if (this.#lastStats === undefined) this.#native.stop();
  }

  /** Counters as of the last 50 ms, exact after `run` has resolved. */
  stats(): MeterStats {
    return this.#lastStats ?? this.#native.stats();
  }

  async #drain(sink: FlowSink): Promise<void> {
    for (let batches = 1; ; batches++) {
      const count = this.#native.poll(BATCH_RECORDS);
      if (count === 0) return;
      this.#batch.first = this.#position;
      this.#batch.count = count;
      this.#started = true;
      sink.write(this.#batch);
      this.#native.release(count);
      this.#position = (this.#position + count) % this.#capacity;
      const ready = sink.ready();
      if (ready !== undefined) await ready;
      // A capture may keep the ring full to its end: sockets and signals get their turn in between.
      else if (batches % BATCHES_A_TURN === 0) await nextTurn();
    }
  }

  async #woke(): Promise<void> {
    if (!this.#woken) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#woken = false;
  }
}
