/** Flow files as a collector reads them: messages of exporters, or rows that somebody has collected already. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ReceivedMessage } from "../collect/message.js";
import { OctetSource } from "../files/octet_source.js";
import { VERSION as IPFIX_VERSION } from "../formats/ipfix/message.js";
import { isNfdump } from "../formats/nfdump/header.js";
import { isSilk } from "../formats/silk/header.js";
import { FlowFiles } from "../query/flow_files.js";
import { ipfixMessages } from "../receive/ipfix_file.js";
import { isPduFile, pduMessages } from "../receive/pdu_file.js";
import { FlowColumns } from "../record/columns.js";
import { Site, TWO_WAY_SITE } from "../site/site.js";
import type { Collection } from "./collection.js";
import type { Route } from "./plan.js";
import { count } from "./report.js";

/** A file that is open; `rows` are those of SiLK and nfdump. */
export interface FlowFile {
  readonly path: string;
  readonly kind: "ipfix" | "netflow5" | "rows";
  readonly source: OctetSource;
}

/** Octets of messages, or rows, that are taken in one turn of the event loop: listeners want their turns, too. */
const TURN_OCTETS = 256 * 1024;
const TURN_ROWS = 4096;

/** Opens a flow file; undefined when it is none. @throws InputError when it cannot be read */
export function openFlowFile(path: string): FlowFile | undefined {
  const source = new OctetSource(path);
  const kind = kindOf(source);
  if (kind !== undefined) return { path, kind, source };
  source.close();
  return undefined;
}

function kindOf(source: OctetSource): FlowFile["kind"] | undefined {
  if (isSilk(source) || isNfdump(source)) return "rows";
  if (source.need(2) && source.view.getUint16(source.start) === IPFIX_VERSION) return "ipfix";
  return isPduFile(source) ? "netflow5" : undefined;
}

/**
 * Takes all flows of a file, to its end or until `stopped`, and closes it.
 *
 * @returns what there is to say of it: `x.ipfix: 12 messages`
 * @throws InputError naming file and place; what stands before that has been taken
 */
export async function takeFlowFile(
  { path, kind, source }: FlowFile,
  route: Route,
  collection: Collection,
  stopped: () => boolean = () => false,
): Promise<string> {
  try {
    if (kind !== "rows") {
      const messages = kind === "ipfix" ? ipfixMessages(source) : pduMessages(source);
      return `${path}: ${count(await takeMessages(messages, route, collection, stopped), "message")}`;
    }
  } finally {
    source.close();
    collection.end(route, { transport: "file", address: source.name, port: 0 });
  }
  return `${path}: ${count(await takeRows(path, route, collection, stopped), "record")}`;
}

async function takeMessages(
  messages: Iterable<ReceivedMessage>,
  route: Route,
  collection: Collection,
  stopped: () => boolean,
): Promise<number> {
  let taken = 0;
  let octets = 0;
  for (const message of messages) {
    collection.take(route, message);
    taken += 1;
    octets += message.octets.byteLength;
    if (octets < TURN_OCTETS) continue;
    octets = 0;
    await nextTurn();
    if (stopped()) break;
  }
  return taken;
}

async function takeRows(path: string, route: Route, collection: Collection, stopped: () => boolean): Promise<number> {
  const rows = new FlowColumns(TURN_ROWS);
  // Sensor and type are given anew: the names that the file brings are of no use.
  const source = new FlowFiles([path], { site: new Site(TWO_WAY_SITE) });
  let taken = 0;
  try {
    while (!stopped() && source.read(rows) > 0) {
      collection.takeRows(route, rows);
      taken += rows.count;
      await nextTurn();
    }
    return taken;
  } finally {
    source.close();
  }
}
