/** The listeners of a plan, opened together. */
import type { TlsOptions } from "node:tls";
import { AcceptList } from "../receive/accept_list.js";
import { type Admission, Gate } from "../receive/gate.js";
import type { Listener, ListenerLog } from "../receive/listener.js";
import { StreamListener } from "../receive/stream_listener.js";
import { UdpListener } from "../receive/udp_listener.js";
import type { Collection } from "./collection.js";
import type { CollectorPlan, PlannedListener } from "./plan.js";
import type { ReceiveSettings } from "./settings.js";

/** What is common to all of them. */
export interface ListenersOptions {
  readonly receive: ReceiveSettings;
  readonly tls: TlsOptions | undefined;
  readonly log: ListenerLog;
}

interface Placed {
  readonly planned: PlannedListener;
  readonly gate: Gate;
  readonly listener: Listener;
}

export class Listeners {
  readonly #placed: Placed[] = [];
  #collection: Collection | undefined;

  /**
   * Binds every listener or none. Messages wait until `start`.
   *
   * @throws InputError naming the listener
   */
  static async open(plan: CollectorPlan, options: ListenersOptions): Promise<Listeners> {
    const listeners = new Listeners();
    try {
      for (const planned of plan.listeners) await listeners.#add(planned, options);
    } catch (error) {
      listeners.close();
      throw error;
    }
    return listeners;
  }

  get all(): readonly Listener[] {
    return this.#placed.map(({ listener }) => listener);
  }

  /** Why one of them does not live. @param now milliseconds since 1970 */
  deadReason(now: number): string | undefined {
    return this.all.map((listener) => listener.deadReason(now)).find((reason) => reason !== undefined);
  }

  start(collection: Collection): void {
    this.#collection = collection;
    for (const { listener } of this.#placed) listener.start();
  }

  /** Looks up anew whom the listeners accept. @throws InputError, UsageError; then nothing has changed */
  async accept(plan: CollectorPlan): Promise<void> {
    const admissions = await Promise.all(plan.listeners.map((planned) => this.#admissionsOf(planned)));
    for (const [at, each] of admissions.entries()) this.#placed[at]?.gate.replace(each);
  }

  /** Certificates from files that were read again. */
  renew(tls: TlsOptions): void {
    for (const { listener } of this.#placed) if (listener instanceof StreamListener) listener.renew(tls);
  }

  /** Takes what has come in, and ends. */
  async stop(): Promise<void> {
    await Promise.all(this.all.map((listener) => listener.stop()));
  }

  close(): void {
    for (const { listener } of this.#placed) listener.close();
  }

  async #add(planned: PlannedListener, { receive, tls, log }: ListenersOptions): Promise<void> {
    const { address } = planned;
    const gate = new Gate(await this.#admissionsOf(planned));
    const common = { address, gate, log };
    const listener =
      address.transport === "udp"
        ? new UdpListener({ ...common, ...receive })
        : new StreamListener({ ...common, ...receive, tls: address.transport === "tls" ? tls : undefined });
    this.#placed.push({ planned, gate, listener });
    await listener.open();
  }

  #admissionsOf({ admissions }: PlannedListener): Promise<Admission[]> {
    return Promise.all(
      admissions.map(async ({ route, protocols, accept }) => ({
        accept: await AcceptList.of(accept, "accept-from"),
        protocols,
        take: (message) => this.#collection?.take(route, message),
        end: (peer) => this.#collection?.end(route, peer),
      })),
    );
  }
}
