/** Walks through the sets of a message: NetFlow 9 and IPFIX have them in the same form, identifier and length first. */
import { IpfixError } from "../formats/ipfix/error.js";
import type { MessageOutcome } from "./counters.js";
import type { DecodedSet } from "./row_decoder.js";

const SET_HEADER = 4;

/** What the sets of a message were. */
export interface WalkedSets {
  outcome: MessageOutcome;
  /** Data records, those of options included; undefined when some could not be counted. */
  records: number | undefined;
}

/** What is done with a set; the result is that of data sets. */
export type TakeSet = (id: number, start: number, end: number) => DecodedSet | "waiting" | "template" | "unknown set";

/**
 * Hands the sets from `start` on, before `end`, to `take`, which may throw IpfixError; what is wrong first is the
 * outcome.
 *
 * @param outcome what the message is when its sets are right
 */
export function walkSets(
  view: DataView,
  start: number,
  end: number,
  outcome: MessageOutcome,
  take: TakeSet,
): WalkedSets {
  const walked: WalkedSets = { outcome, records: 0 };
  const fault = (fault: MessageOutcome) => {
    if (walked.outcome === "decoded") walked.outcome = fault;
  };
  for (let p = start; end - p >= SET_HEADER; ) {
    const next = p + view.getUint16(p + 2);
    if (next < p + SET_HEADER || next > end) {
      fault("badSet");
      walked.records = undefined;
      break;
    }
    try {
      const taken = take(view.getUint16(p), p + SET_HEADER, next);
      if (taken === "waiting") walked.records = undefined;
      else if (taken === "unknown set") fault("badSet");
      else if (taken !== "template") {
        if (taken.cutOff) fault("badRecord");
        walked.records = taken.cutOff || walked.records === undefined ? undefined : walked.records + taken.records;
      }
    } catch (error) {
      if (!(error instanceof IpfixError)) throw error;
      fault("badTemplate");
    }
    p = next;
  }
  return walked;
}
