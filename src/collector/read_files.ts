/** Collects from captures and IPFIX files, to their end. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Arguments } from "../cli/switches.js";
import type { ReceivedMessage } from "../collect/message.js";
import { InputError, UsageError } from "../errors.js";
import { openSink } from "../files/octet_sink.js";
import { isStdin } from "../files/octet_source.js";
import { IpfixRowWriter } from "../formats/ipfix/row_writer.js";
import { Interruption } from "../meter/interruption.js";
import { noticeLine } from "../meter/notice.js";
import { AcceptList } from "../receive/accept_list.js";
import { readCapture } from "../receive/capture.js";
import { Gate } from "../receive/gate.js";
import { RowStore } from "../store/row_store.js";
import { Collection } from "./collection.js";
import { type FlowFile, openFlowFile, takeFlowFile } from "./flow_file.js";
import { type CollectorPlan, collectorPlan, type PlannedAdmission } from "./plan.js";
import { collectionLines, count } from "./report.js";
import { type CollectorSettings, collectorSettings, NOTHING } from "./settings.js";
import { storedSensors } from "./stored_sensors.js";

const OK = 0;
const FAILED = 1;
const SOME_INPUTS_UNREADABLE = 4;

/**
 * Reads the files of `-r` in order, and returns the exit status.
 *
 * @throws FlowtapError before anything is written when a switch, or the only input, or an output is wrong
 */
export async function collectFiles(args: Arguments): Promise<number> {
  const settings = collectorSettings(args);
  const plan = collectorPlan(settings);
  const file = settings.output === undefined || settings.output === NOTHING ? undefined : settings.output;
  const octets = file === undefined ? undefined : openSink(file, "binary");
  const sink = octets === undefined ? undefined : new IpfixRowWriter(octets);
  let store: RowStore | undefined;
  let stopped = false;
  const interruption = new Interruption({
    finish: () => {
      stopped = true;
    },
    giveUp: () => store?.abort(),
  });
  try {
    const path = args.value("store");
    if (path !== undefined) store = await RowStore.open(args, storedSensors(args, path, plan.sensors), "fail");
    const collection = new Collection(plan, settings.decode, store, sink);
    const reading = new FileReading(plan, collection, await gatesOf(plan, settings, collection), () => stopped);
    for (const name of args.values("read")) {
      if (!stopped) await reading.read(name);
      await store?.ready();
    }
    reading.refuseNothingRead();
    collection.close();
    await store?.close();
    sink?.end();
    octets?.close();
    const quiet = args.flag("quiet");
    for (const line of reading.problems) say(line);
    if (!quiet) for (const line of [...reading.lines, ...linesOf(collection, store)]) say(line);
    return interruption.status ?? (reading.problems.length > 0 ? SOME_INPUTS_UNREADABLE : lost(store) ? FAILED : OK);
  } catch (error) {
    store?.abort();
    octets?.abort();
    throw error;
  } finally {
    interruption.end();
  }
}

/** The gates that messages pass by the port they were sent to; 0 for every other one. */
async function gatesOf(
  plan: CollectorPlan,
  { acceptFrom }: CollectorSettings,
  collection: Collection,
): Promise<ReadonlyMap<number, Gate>> {
  const gateOf = async (admissions: readonly PlannedAdmission[]) =>
    new Gate(
      await Promise.all(
        admissions.map(async ({ route, protocols, accept }) => ({
          accept: await AcceptList.of(accept, "accept-from"),
          protocols,
          take: (message: ReceivedMessage) => collection.take(route, message),
        })),
      ),
    );
  const gates = new Map<number, Gate>();
  for (const { address, admissions } of plan.listeners) gates.set(address.port, await gateOf(admissions));
  if (plan.listeners.length === 0) {
    if (plan.routes.length > 1)
      throw new UsageError("no port tells whose the datagrams of -r are: name their sensor with --sensor");
    const { EVERY_PROTOCOL: protocols } = await import("../receive/protocols.js");
    gates.set(0, await gateOf([{ route: plan.routes[0]!, protocols, accept: acceptFrom }]));
  }
  return gates;
}

class FileReading {
  /** What could not be read. */
  readonly problems: string[] = [];
  /** What there is to say of each input. */
  readonly lines: string[] = [];
  readonly #plan: CollectorPlan;
  readonly #collection: Collection;
  readonly #gates: ReadonlyMap<number, Gate>;
  readonly #stopped: () => boolean;
  #inputs = 0;
  #otherPorts = 0;

  constructor(plan: CollectorPlan, collection: Collection, gates: ReadonlyMap<number, Gate>, stopped: () => boolean) {
    this.#plan = plan;
    this.#collection = collection;
    this.#gates = gates;
    this.#stopped = stopped;
  }

  async read(path: string): Promise<void> {
    this.#inputs += 1;
    try {
      const file = isStdin(path) ? undefined : openFlowFile(path);
      if (file === undefined) await this.#readCapture(path);
      else await this.#readFlows(file);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.problems.push(error.message);
    }
    this.#collection.flush();
    await nextTurn();
  }

  /** @throws InputError with the first problem when no input could be read */
  refuseNothingRead(): void {
    const [first] = this.problems;
    if (
      first !== undefined &&
      this.problems.length === this.#inputs &&
      this.#collection.totals.octets === 0 &&
      this.#collection.rows === 0
    )
      throw new InputError(first);
  }

  async #readFlows(file: FlowFile): Promise<void> {
    const { routes } = this.#plan;
    const [route] = routes;
    if (route === undefined || routes.length > 1)
      throw new UsageError(`-r ${file.path}: a flow file is of no probe: name its sensor with --sensor`);
    this.lines.push(await takeFlowFile(file, route, this.#collection, this.#stopped));
  }

  async #readCapture(path: string): Promise<void> {
    const name = path === "-" ? "stdin" : path;
    const reading = await readCapture(
      path,
      (message, port) => {
        const gate = this.#gates.get(port) ?? this.#gates.get(0);
        if (gate === undefined) this.#otherPorts += 1;
        else gate.pass(message);
      },
      this.#stopped,
    );
    for (const notice of reading.notices) (notice.fatal ? this.problems : this.lines).push(noticeLine(notice));
    const { packets, datagrams, otherDatagrams, notUdp, truncated, incomplete, undecodable } = reading;
    const parts = [`${name}: ${count(packets, "packet")}`, `${count(datagrams - otherDatagrams, "exported datagram")}`];
    const refused = [...this.#gates.values()].reduce(
      (sum, { counters }) => sum + counters.address + counters.protocol,
      0,
    );
    for (const [amount, what] of [
      [otherDatagrams, "other datagrams"],
      [notUdp, "not UDP"],
      [truncated, "cut off by the capture"],
      [incomplete, "fragments of which others are missing"],
      [undecodable, "not readable"],
      [refused, "not accepted"],
      [this.#otherPorts, "to ports of no probe"],
    ] as const)
      if (amount > 0) parts.push(`${amount.toLocaleString("en-US")} ${what}`);
    this.lines.push(parts.join(", "));
  }
}

function linesOf(collection: Collection, store: RowStore | undefined): string[] {
  const lines = collectionLines(collection.totals, collection.sessions, collection);
  if (store === undefined) return lines;
  const { journalRecords, lostRecords } = store.status();
  lines.push(`${store.name}: ${count(journalRecords, "row")} stored${lostRecords > 0 ? `, ${lostRecords} lost` : ""}`);
  return lines;
}

function lost(store: RowStore | undefined): boolean {
  return (store?.status().lostRecords ?? 0) > 0;
}

function say(line: string): void {
  process.stderr.write(`flowtap: ${line}\n`);
}
