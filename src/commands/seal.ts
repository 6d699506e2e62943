import type { Command } from "../cli/switches.js";
import { InputError, UsageError } from "../errors.js";
import { openSink } from "../files/octet_sink.js";
import { isStore } from "../store/listing.js";
import { recoverStore } from "../store/recovery.js";
import { applyRetention, RETENTION_SWITCHES, retentionOf } from "../store/retention.js";

export const sealCommand: Command = {
  name: "seal",
  summary: "seal what killed writers have left in a store, remove what is too old",
  usage: "DIR [--keep-days N] [--keep-bytes SIZE]",
  description:
    "Turns journals whose writer has died into Parquet files, as every writer does when it starts. Flows in journals " +
    "are read by queries all the same. Journals of writers that run are left to them.",
  switches: [...RETENTION_SWITCHES, { name: "quiet", short: "q", group: "Report", help: "Print nothing" }],
  examples: [
    { command: "flowtap seal /data/flows", does: "seal what is left after a crash" },
    { command: "flowtap seal /data/flows --keep-days 30", does: "remove hours older than 30 days, too" },
  ],
  async run(args) {
    const [store, ...more] = args.positionals;
    if (store === undefined || more.length > 0) throw new UsageError("one store is needed: flowtap seal DIR");
    if (!isStore(store)) throw new InputError(`${store} is not a flow store`);
    const retention = retentionOf(args);
    const { journals, files, live } = await recoverStore(store);
    const removed = applyRetention(store, retention, Date.now());
    if (args.flag("quiet")) return 0;
    const parts = [`${journals.length} journals sealed into ${files.length} files`];
    if (live.length > 0) parts.push(`${live.length} journals still written`);
    if (removed.length > 0) parts.push(`${removed.length} old files removed`);
    const sink = openSink("stderr", "text");
    sink.write(new TextEncoder().encode(`flowtap: ${store}: ${parts.join(", ")}\n`));
    sink.close();
    return 0;
  },
};
