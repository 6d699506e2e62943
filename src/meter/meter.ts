import { setImmediate as nextTurn } from "node:timers/promises";
import { FlowBatch } from "../record/batch.js";
import { INTERFACE_INDEX } from "../record/interface_index.js";
import { recordStride } from "../record/layout.js";
import { loadNative, type MeterStats, type NativeMeter, type NativeMeterOptions, type SourceNotice } from "./native.js";
import { sumStats } from "./sum_stats.js";

/**
 * Octets of the ring between the metering thread and JavaScript where captures are read. They wait for JavaScript, so
 * the ring only has to bridge a wake-up; at 2 MiB it stays in the second-level cache (mix: 1.20 CPU s against 1.42 with
 * 32 MiB).
 */
const CAPTURE_RING_OCTETS = 2 * 1024 * 1024;

/** Records that live capture can end while JavaScript does something else, all threads together: 1 s of a flood. */
const LIVE_RING_RECORDS = 256 * 1024;

/** Records handed on at once: large enough to amortise a call, small enough to stay in the second-level cache. */
const BATCH_RECORDS = 4096;

/** Batches after which the event loop gets a turn: some milliseconds of encoding. */
const BATCHES_A_TURN = 8;

/** Milliseconds within which the threads of a meter notice the same thing. */
const SAME_NOTICE = 1_500;

/** Where a meter's flows go. */
export interface FlowSink {
  /** Takes the records of a batch; the batch is valid only during the call. */
  write(batch: FlowBatch): void;
  /** A promise while the sink cannot take more without losing flows, else undefined. */
  ready(): Promise<void> | undefined;
  /** Nothing more has come for a moment: what is buffered should go out. */
  flush(): void;
}

/** One native thread and the ring that its records come through. */
interface MeteringThread {
  readonly native: NativeMeter;
  readonly batch: FlowBatch;
  readonly capacity: number;
  position: number;
}

/**
 * One run of the metering process: starts its threads, moves their records to a sink, waits for their end.
 * Back-pressure reaches the threads through the rings: a sink that is not ready leaves records unreleased.
 */
export class Meter {
  readonly #threads: readonly MeteringThread[];
  readonly #live: boolean;
  /** A record has been handed on. */
  #started = false;
  #opened = false;
  #wake: () => void = () => {};
  #woken = false;
  readonly #told = new Map<string, { readonly thread: MeteringThread; readonly time: number }>();
  #lastStats: readonly MeterStats[] | undefined;

  constructor(options: NativeMeterOptions) {
    this.#live = options.live.interfaces.length > 0;
    const threads = this.#live ? options.live.threads : 1;
    const shared = { ...options, maxFlows: Math.ceil(options.maxFlows / threads) };
    this.#threads = Array.from({ length: threads }, () => this.#makeThread(shared, threads));
  }

  #makeThread(options: NativeMeterOptions, threads: number): MeteringThread {
    const stride = recordStride(options.groups);
    const capacity = this.#live ? LIVE_RING_RECORDS / threads : CAPTURE_RING_OCTETS / stride;
    const memory = new ArrayBuffer(Math.floor(capacity) * stride);
    const native = new (loadNative().Meter)(options, memory, () => {
      this.#woken = true;
      this.#wake();
    });
    return { native, batch: new FlowBatch(memory, options.groups), capacity: Math.floor(capacity), position: 0 };
  }

  /** Opens the sources, which may need privileges. `run` does so where it has not been done. @throws Error, one line */
  open(): void {
    if (this.#opened) return;
    this.#opened = true;
    for (const { native } of this.#threads) native.open();
  }

  /**
   * Meters until the sources end or `stop` is called, and every flow has gone to the sink.
   *
   * @param onNotices hears what sources have to say, as it happens
   */
  async run(sink: FlowSink, onNotices: (notices: SourceNotice[]) => void): Promise<MeterStats> {
    try {
      this.open();
      for (const { native } of this.#threads) native.start();
      for (;;) {
        const before = this.threadStats();
        this.#nameInterfaces(before);
        for (const thread of this.#threads) await this.#drain(thread, sink);
        for (const thread of this.#threads) {
          const notices = this.#toldOnce(thread, thread.native.notices());
          if (notices.length > 0) onNotices(notices);
        }
        // Who was finished before its ring was emptied has nothing more to say.
        if (before.every(({ finished }) => finished)) return sumStats(before);
        // Before the first record it is not sure that there will be any output: the captures may all be refused.
        if (this.#started || this.#live) sink.flush();
        await this.#woke();
      }
    } finally {
      this.close();
    }
  }

  /** Ends the metering threads, whatever they are doing, and lets the process end. `run` does so when it is done. */
  close(): void {
    if (this.#lastStats !== undefined) return;
    this.#lastStats = this.threadStats();
    for (const { native } of this.#threads) native.close();
  }

  /** Changes filter and timeouts of a live meter; other options stay as they are. */
  change(options: NativeMeterOptions): void {
    if (this.#lastStats === undefined) for (const { native } of this.#threads) native.change(options);
  }

  /** Ends reading; `run` resolves when what was metered so far is out. */
  stop(): void {
    if (this.#lastStats !== undefined) return;
    for (const { native } of this.#threads) native.stop();
  }

  /** Counters as of the last 50 ms, exact after `run` has resolved; those of all threads together. */
  stats(): MeterStats {
    return sumStats(this.threadStats());
  }

  /** The same for each thread. */
  threadStats(): readonly MeterStats[] {
    return this.#lastStats ?? this.#threads.map(({ native }) => native.stats());
  }

  /** Without what another thread has said of the same thing just before. Who said it first may say it again. */
  #toldOnce(thread: MeteringThread, notices: SourceNotice[]): SourceNotice[] {
    if (this.#threads.length === 1) return notices;
    const now = Date.now();
    return notices.filter(({ source, text }) => {
      const key = `${source} ${text}`;
      const told = this.#told.get(key);
      const repeated = told !== undefined && told.thread !== thread && now - told.time < SAME_NOTICE;
      if (!repeated) this.#told.set(key, { thread, time: now });
      return !repeated;
    });
  }

  /** What encoders call the interfaces. A new one is announced before the first record that refers to it. */
  #nameInterfaces(stats: readonly MeterStats[]): void {
    if (!this.#live) return;
    for (const { interfaces } of stats)
      for (const [slot, { index }] of interfaces.entries()) if (index !== 0) INTERFACE_INDEX[slot] = index;
  }

  async #drain(thread: MeteringThread, sink: FlowSink): Promise<void> {
    const { native, batch, capacity } = thread;
    for (let batches = 1; ; batches++) {
      const count = native.poll(BATCH_RECORDS);
      if (count === 0) return;
      batch.first = thread.position;
      batch.count = count;
      this.#started = true;
      sink.write(batch);
      native.release(count);
      thread.position = (thread.position + count) % capacity;
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
