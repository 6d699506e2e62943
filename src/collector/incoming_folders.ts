/** The polled folders of a plan. */
import { InputError } from "../errors.js";
import type { ListenerLog } from "../receive/listener.js";
import type { RowStore } from "../store/row_store.js";
import type { Collection } from "./collection.js";
import { openFlowFile, takeFlowFile } from "./flow_file.js";
import { IncomingFolder } from "./incoming_folder.js";
import type { CollectorPlan } from "./plan.js";
import type { IncomingSettings } from "./settings.js";

export function incomingFolders(
  plan: CollectorPlan,
  settings: IncomingSettings,
  collection: Collection,
  store: RowStore | undefined,
  log: ListenerLog,
): IncomingFolder[] {
  return plan.folders.map(({ path, route }) => {
    let lost = 0;
    return new IncomingFolder({
      path,
      ...settings,
      log,
      ready: () => store?.writing !== false,
      take: async (file) => {
        lost = store?.status().lostRecords ?? 0;
        const found = openFlowFile(file);
        if (found === undefined)
          throw new InputError(`${file}: not a flow file: neither IPFIX nor SiLK nor nfdump's, nor NetFlow 5 messages`);
        return takeFlowFile(found, route, collection);
      },
      settle: async () => {
        collection.flush();
        if (store === undefined) return true;
        return (await store.settle()) && store.status().lostRecords === lost;
      },
    });
  });
}
