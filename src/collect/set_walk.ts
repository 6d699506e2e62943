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
  /** Those without options. */
  flows: number | undefined;
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
  const walked: WalkedSets = { outcome, records: 0, flows: 0 };
  const uncounted = () => {
    walked.records = undefined;
    walked.flows = undefined;
  };
  const fault = (fault: MessageOutcome) => {
    if (walked.outcome === "decoded") walked.outcome = fault;
  };
  for (let p = start; end - p >= SET_HEADER; ) {
    const next = p + view.getUint16(p + 2);
    if (next < p + SET_HEADER || next > end) {
      fault("badSet");
      uncounted();
      break;
    }
    try {
      const taken = take(view.getUint16(p), p + SET_HEADER, next);
      if (taken === "waiting") uncounted();
      else if (taken === "unknown set") fault("badSet");
      else if (taken !== "template") {
        if (taken.cutOff) fault("badRecord");
        if (taken.cutOff) uncounted();
        if (walked.records !== undefined) walked.records += taken.records;
        if (walked.flows !== undefined) walked.flows += taken.flows;
      }
    } catch (error) {
      if (!(error instanceof IpfixError)) throw error;
      fault("badTemplate");
    }
    p = next;
  }
  return walked;
}
