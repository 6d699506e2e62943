/** What a store's writer did and how it is: for metrics, health and the log. */
export interface StoreStatus {
  /** Flow records and octets appended to journals. */
  readonly journalRecords: number;
  readonly journalOctets: number;
  /** Journals that wait to be sealed, the one being sealed among them. */
  readonly waitingJournals: number;
  /** Parquet files that sealing made, and their octets. */
  readonly sealedFiles: number;
  readonly sealedOctets: number;
  /** Seals that succeeded, and the seconds that they took together. */
  readonly seals: number;
  readonly sealSeconds: number;
  /** Milliseconds since 1970 of the end of the latest seal; 0 before it. */
  readonly lastSeal: number;
  /** Seals that failed; they are tried again. */
  readonly sealFailures: number;
  /** Whether flows are being stored; false while the disk is full or cannot be written. */
  readonly writing: boolean;
  /** Flow records that could not be stored. */
  readonly lostRecords: number;
  /** Octets of all files of the store, and octets free on its disk, as of the last look (every minute). */
  readonly octets: number;
  readonly freeOctets: number;
}
