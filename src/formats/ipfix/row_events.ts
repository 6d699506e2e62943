/** Events of firewalls: which records are flows (Cisco's NSEL; IANA's firewallEvent). */
import { bitsOf, type RowElements } from "./row_elements.js";

/** firewallEvent, Cisco's element before it had that number, and Cisco's extended one. */
const FIREWALL_EVENT = [233, 40005] as const;
const EXTENDED_EVENT = 33002;
/** Values of firewallEvent: flows that begin, alerts. */
const CREATED = 1;
const ALERT = 4;
/** First and last of the extended events that are refusals by an access list. */
const EXTENDED_DENIED = [1001, 1004] as const;

/** Value of firewallEvent: refused flows. */
const DENIED = 3;

/** Source text that is true of records that are no flows, behind `declaration`. */
export const IS_NO_FLOW = `event===${CREATED}||event===${ALERT}`;

/** Source text that is true of refused flows. */
export const IS_DENIED = `event===${DENIED}`;

export class RowEvents {
  /** Statement that declares `event`; empty where records tell of none. */
  readonly declaration: string;

  constructor(elements: RowElements) {
    const event = bitsOf(elements.first(FIREWALL_EVENT), 8) ?? extendedEvent(elements);
    this.declaration = event === undefined ? "" : `const event=${event};`;
  }

  /** Whether records tell of events. */
  get any(): boolean {
    return this.declaration !== "";
  }
}

function extendedEvent(elements: RowElements): string | undefined {
  const extended = bitsOf(elements.place(EXTENDED_EVENT), 16);
  if (extended === undefined) return undefined;
  return `(${extended}>=${EXTENDED_DENIED[0]}&&${extended}<=${EXTENDED_DENIED[1]}?${DENIED}:0)`;
}
