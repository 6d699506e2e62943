/** Source text of a flow's start and end in microseconds since 1970, from whichever elements the template has. */
import { ntp, read } from "./expressions.js";
import { cert, type Half, type Place, type RowElements, wholeOf } from "./row_elements.js";

/** Element numbers of one moment, by their unit. Where an exporter has none of a kind, 0 (no element) stands. */
interface Moment {
  readonly nanoseconds: number;
  readonly microseconds: number;
  readonly milliseconds: number;
  readonly seconds: number;
  /** Microseconds before the export time. */
  readonly delta: number;
  /** Milliseconds since the exporter's start. */
  readonly upTime: number;
}

const START: Moment = { nanoseconds: 156, microseconds: 154, milliseconds: 152, seconds: 150, delta: 158, upTime: 22 };
const END: Moment = { nanoseconds: 157, microseconds: 155, milliseconds: 153, seconds: 151, delta: 159, upTime: 21 };
/** When the record was made: the end of flows that have no other time. */
const OBSERVATION: Moment = {
  nanoseconds: 325,
  microseconds: 324,
  milliseconds: 323,
  seconds: 322,
  delta: 0,
  upTime: 0,
};
const COLLECTION_MILLISECONDS = 258;
const DURATION = { milliseconds: 161, microseconds: 162 } as const;
const SYSTEM_INIT_MILLISECONDS = 160;
const REVERSE_DELTA_MILLISECONDS = cert(21);

/** The latest time whose microseconds a JavaScript number holds exactly, in the year 2255. */
const LATEST = Number.MAX_SAFE_INTEGER;

/**
 * Milliseconds by which uptimes of flows may be ahead of the header's. Ahead by more, they are of before the wrap of the
 * 32-bit uptime, every 49.7 days.
 */
const AHEAD = 3_600_000;

/** Declares what the text of times calls: the age in milliseconds of an uptime, across the wrap. */
export const AGE = `const age=(then)=>{const a=uptime-then;return a<-${AHEAD}?a+4294967296:a;};`;

/**
 * Declares `t0` and `t1`, start and end of the forward direction. `exported` is the message's export time in
 * microseconds, `uptime` the exporter's at that time (RowContext).
 */
export function forwardTimes(elements: RowElements): string {
  const upTimes = bareUpTimes(elements);
  if (upTimes !== undefined) return upTimes;
  const start = moment(elements, START, "forward");
  const end = moment(elements, END, "forward") ?? observed(elements);
  const duration = durationOf(elements);
  if (start !== undefined) {
    const later = end ?? (duration === undefined ? "t0" : `Math.min(${LATEST},t0+${duration})`);
    return `const t0=${start},t1=${later};`;
  }
  if (end === undefined) return "const t1=exported,t0=t1;";
  return `const t1=${end},t0=${duration === undefined ? "t1" : `Math.max(0,t1-${duration})`};`;
}

/** Declares `r0` and `r1`, start and end of the reverse direction, from `t0` and `t1` and its own elements. */
export function reverseTimes(elements: RowElements): string {
  const delta = elements.number(REVERSE_DELTA_MILLISECONDS);
  const start =
    moment(elements, START, "reverse") ??
    (delta === undefined ? "t0" : `Math.min(${LATEST},t0+${wholeOf(delta)}*1000)`);
  return `const r0=${start},r1=${moment(elements, END, "reverse") ?? "t1"};`;
}

/** Uptimes where only the message or the session says since when: without that, the flow ended at the export. */
function bareUpTimes(elements: RowElements): string | undefined {
  if (elements.number(SYSTEM_INIT_MILLISECONDS) !== undefined) return undefined;
  const [start, end] = [elements.number(START.upTime), elements.number(END.upTime)];
  if (end === undefined || [START, END].some((each) => isDated(elements, each))) return undefined;
  const [first, last] = [start ?? end, end].map(wholeOf) as [string, string];
  const at = (then: string) => `Math.max(0,Math.min(${LATEST},exported-age(${then})*1000))`;
  const unknown = `{t1=exported;t0=Math.max(0,t1-(${last}>=${first}?${last}-${first}:0)*1000);}`;
  return `let t0,t1;if(uptime<0)${unknown}else{t0=${at(first)};t1=${at(last)};}`;
}

/** Whether the template has the moment in a unit that needs no uptime. */
function isDated(elements: RowElements, { nanoseconds, microseconds, milliseconds, seconds, delta }: Moment): boolean {
  return [nanoseconds, microseconds, milliseconds, seconds, delta].some((key) => elements.number(key) !== undefined);
}

function observed(elements: RowElements): string | undefined {
  const collected = elements.number(COLLECTION_MILLISECONDS);
  return moment(elements, OBSERVATION, "forward") ?? (collected === undefined ? undefined : scaled(collected, 1000));
}

function moment(elements: RowElements, of: Moment, half: Half): string | undefined {
  const of8 = (key: number) => {
    const found = elements.number(key, half);
    return found?.length === 8 ? read(8, found.at) : undefined;
  };
  const nanoseconds = of8(of.nanoseconds);
  if (nanoseconds !== undefined) return ntp(nanoseconds.high, nanoseconds.low, "nano");
  const microseconds = of8(of.microseconds);
  if (microseconds !== undefined) return ntp(microseconds.high, microseconds.low, "micro");
  const milliseconds = elements.number(of.milliseconds, half);
  if (milliseconds !== undefined) return scaled(milliseconds, 1000);
  const seconds = elements.number(of.seconds, half);
  if (seconds !== undefined) return scaled(seconds, 1e6);
  if (half === "reverse") return undefined;
  if (of.delta === 0) return undefined;
  const delta = elements.number(of.delta);
  if (delta !== undefined) return `Math.max(0,exported-${wholeOf(delta)})`;
  const upTime = elements.number(of.upTime);
  const started = elements.number(SYSTEM_INIT_MILLISECONDS);
  if (upTime === undefined || started === undefined) return undefined;
  return `Math.min(${LATEST},(${wholeOf(started)}+${wholeOf(upTime)})*1000)`;
}

function scaled(place: Place, factor: number): string {
  const value = `${wholeOf(place)}*${factor}`;
  return place.length > 4 ? `Math.min(${LATEST},${value})` : value;
}

function durationOf(elements: RowElements): string | undefined {
  const microseconds = elements.number(DURATION.microseconds);
  if (microseconds !== undefined) return wholeOf(microseconds);
  const milliseconds = elements.number(DURATION.milliseconds);
  return milliseconds === undefined ? undefined : `${wholeOf(milliseconds)}*1000`;
}
