/** The store; without --store these metrics have no values. */
import type { StoreStatus } from "../../store/status.js";
import type { Metric } from "../metric.js";

export const STORE_METRICS: readonly Metric[] = [
  counter("journal_records_total", "Flow records appended to journals", (store) => store.journalRecords),
  counter("journal_bytes_total", "Octets appended to journals", (store) => store.journalOctets),
  gauge(
    "waiting_journals",
    "Journals that wait to be sealed, the one being sealed among them",
    (store) => store.waitingJournals,
  ),
  counter("sealed_files_total", "Parquet files that sealing made", (store) => store.sealedFiles),
  counter("sealed_bytes_total", "Octets of these Parquet files", (store) => store.sealedOctets),
  counter("seals_total", "Journals that were sealed", (store) => store.seals),
  counter(
    "seal_seconds_total",
    "Seconds that sealing took: with flowtap_store_seals_total the mean latency of a seal",
    (store) => store.sealSeconds,
  ),
  counter("seal_failures_total", "Seals that failed; they are tried again", (store) => store.sealFailures),
  gauge("last_seal_timestamp_seconds", "End of the latest seal; absent before the first", (store) =>
    store.lastSeal === 0 ? undefined : store.lastSeal / 1000,
  ),
  gauge("writing", "Whether flows are being stored: 0 while the disk is full or cannot be written", (store) =>
    store.writing ? 1 : 0,
  ),
  counter("lost_records_total", "Flow records that could not be stored", (store) => store.lostRecords),
  gauge("size_bytes", "Octets of all files of the store, as of the last look", (store) => store.octets),
  gauge("free_bytes", "Octets free on the store's disk, as of the last look", (store) => store.freeOctets),
];

function counter(name: string, help: string, value: (store: StoreStatus) => number): Metric {
  return ofStore(name, "counter", help, value);
}

function gauge(name: string, help: string, value: (store: StoreStatus) => number | undefined): Metric {
  return ofStore(name, "gauge", help, value);
}

function ofStore(
  name: string,
  type: Metric["type"],
  help: string,
  value: (store: StoreStatus) => number | undefined,
): Metric {
  return {
    name: `flowtap_store_${name}`,
    type,
    labels: [],
    help,
    read({ store }) {
      const number = store === undefined ? undefined : value(store);
      return number === undefined ? [] : [[number]];
    },
  };
}
