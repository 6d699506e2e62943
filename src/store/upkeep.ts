/** What a store that is being written needs beside its journals: room, sealing, recovery, retention, a look at it all. */
import type { Arguments } from "../cli/switches.js";
import { FlowtapError } from "../errors.js";
import { FreeSpace } from "./free_space.js";
import type { OnTrouble } from "./journal_writer.js";
import { reserveOf } from "./options.js";
import { recoverStore } from "./recovery.js";
import { applyRetention, limits, type Retention, retentionOf } from "./retention.js";
import { sealHere } from "./seal_here.js";
import { type Seal, SealQueue } from "./seal_queue.js";
import type { StoreStatus } from "./status.js";
import { StoreProcess } from "./store_process.js";
import { folderOctets } from "./store_size.js";

/** Milliseconds between two looks at what is too old. */
const RETENTION_INTERVAL = 600_000;

/** Milliseconds for which the size of a store is taken as known. */
const SIZE_INTERVAL = 60_000;

/** What writers have counted. */
export type JournalStatus = Pick<StoreStatus, "journalRecords" | "journalOctets" | "writing" | "lostRecords">;

export class StoreUpkeep {
  readonly store: string;
  readonly onTrouble: OnTrouble;
  /** Takes the journals that are complete. */
  readonly seals: SealQueue;
  /** What writers have to look at; undefined where the disk may be filled. */
  readonly space: FreeSpace | undefined;
  readonly #room: FreeSpace;
  readonly #retention: Retention;
  /** Does the heavy work of live traffic; captures do it themselves. */
  readonly #process: StoreProcess | undefined;
  #looked = 0;
  #octets = 0;
  #measured = 0;
  #retentionTrouble: string | undefined;

  private constructor(store: string, onTrouble: OnTrouble, reserve: number | undefined, retention: Retention) {
    this.store = store;
    this.onTrouble = onTrouble;
    this.#retention = retention;
    this.#room = new FreeSpace(store, reserve);
    this.#process = onTrouble === "resume" ? new StoreProcess() : undefined;
    this.space = this.#process !== undefined || reserve !== undefined ? this.#room : undefined;
    this.seals = new SealQueue(sealer(store, this.#process), onTrouble === "resume" ? "retry" : "stop");
  }

  /**
   * Takes up the store of `--store`. What killed writers have left is sealed: before it returns, or, for a store that is
   * to resume, in the background once `begin` is called.
   *
   * @throws UsageError, InputError, OutputError naming the switch or the store
   */
  static async open(args: Arguments, onTrouble: OnTrouble): Promise<StoreUpkeep> {
    const store = args.value("store")!;
    const retention = retentionOf(args);
    const upkeep = new StoreUpkeep(store, onTrouble, reserveOf(args), retention);
    if (onTrouble === "fail") {
      await recoverStore(store);
      applyRetention(store, retention, Date.now());
    }
    await upkeep.#room.look();
    return upkeep;
  }

  /** Begins the work in the background, once the store is locked. */
  begin(): void {
    if (this.#process === undefined) return;
    this.#looked = Date.now();
    this.#process.run({ kind: "recover", store: this.store }).catch((error: unknown) => this.#noteRetention(error));
    this.#thinOut(this.#process);
    this.#measure();
  }

  /** Why sealing or retention failed the last time. */
  get trouble(): string | undefined {
    const { failure } = this.seals;
    return failure instanceof Error ? failure.message : this.#retentionTrouble;
  }

  /** What there is to watch. The store's size is measured in the background, at most once a minute. */
  status(journals: JournalStatus): StoreStatus {
    this.#measure();
    return {
      ...journals,
      waitingJournals: this.seals.length,
      ...this.seals.counters,
      octets: this.#octets,
      freeOctets: this.#room.octets,
    };
  }

  /** Called now and then: removes what is too old when it is time to look. */
  tick(): void {
    const now = Date.now();
    if (now - this.#looked < RETENTION_INTERVAL) return;
    this.#looked = now;
    if (this.#process === undefined) applyRetention(this.store, this.#retention, now);
    else this.#thinOut(this.#process);
  }

  /** After the last journal was sealed. */
  close(): void {
    if (this.#process === undefined) applyRetention(this.store, this.#retention, Date.now());
    this.kill();
  }

  /** Ends what goes on in the background; the next writer does it again. */
  kill(): void {
    this.#process?.kill();
  }

  #thinOut(process: StoreProcess): void {
    if (!limits(this.#retention)) return;
    process
      .run({ kind: "retain", store: this.store, retention: this.#retention })
      .then(() => (this.#retentionTrouble = undefined))
      .catch((error: unknown) => this.#noteRetention(error));
  }

  #noteRetention(error: unknown): void {
    if (error instanceof FlowtapError) this.#retentionTrouble = error.message;
  }

  #measure(): void {
    const now = Date.now();
    if (now - this.#measured < SIZE_INTERVAL) return;
    this.#measured = now;
    void folderOctets(this.store).then((octets) => (this.#octets = octets));
    void this.#room.look();
  }
}

function sealer(store: string, apart: StoreProcess | undefined): Seal {
  if (apart !== undefined) return (id, attempt) => apart.run({ kind: "seal", store, id, attempt });
  return (id, attempt) => sealHere(store, id, attempt, String(process.pid));
}
