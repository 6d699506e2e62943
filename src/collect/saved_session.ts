/** What is kept of an exporter over UDP across our restarts: it sends its templates again only after a while. */
import { MAXIMUM_FIELDS } from "../formats/ipfix/template_sets.js";
import type { Peer } from "./message.js";
import type { SavedInterval, SavedSampling } from "./sampling_table.js";
import type { Session, SessionIdentity } from "./session.js";

export interface SavedTemplate {
  readonly id: number;
  readonly scopeCount: number;
  /** Microseconds since 1970. */
  readonly heard: number;
  /** Enterprise number, element and length of each field. */
  readonly fields: readonly (readonly [pen: number, id: number, length: number])[];
}

export interface SavedSession {
  readonly peer: Peer;
  readonly identity: SessionIdentity;
  readonly lastHeard: number;
  /** Milliseconds since 1970 at which the exporter started, where options have said so. */
  readonly started?: number | undefined;
  readonly sampling: SavedSampling;
  readonly templates: readonly SavedTemplate[];
}

/** What is worth keeping of a session at that time, microseconds since 1970; undefined when nothing is. */
export function savedSession(session: Session, now: number): SavedSession | undefined {
  const { peer, identity, lastHeard, clock, sampling } = session;
  const all = session.templates.holdingAt(now);
  if (peer.transport !== "udp" || all.length === 0) return undefined;
  return {
    peer: { transport: peer.transport, address: peer.address, port: peer.port },
    identity,
    lastHeard,
    started: clock.initTime,
    sampling: sampling.saved,
    templates: all.map(({ id, scopeCount, heard, specifiers }) => ({
      id,
      scopeCount,
      heard,
      fields: specifiers.map((each) => [each.pen, each.id, each.length] as const),
    })),
  };
}

export function restoreSession(session: Session, { started, sampling, templates }: SavedSession): void {
  if (started !== undefined) session.clock.started(started);
  session.sampling.restore(sampling);
  for (const { id, scopeCount, heard, fields } of templates) {
    const specifiers = fields.map(([pen, element, length]) => ({ pen, id: element, length }));
    session.templates.restore({ id, scopeCount, heard, specifiers });
  }
}

/** The value as a saved session; undefined when it is none. */
export function asSavedSession(value: unknown): SavedSession | undefined {
  if (!isObject(value) || !isObject(value.peer) || !isObject(value.identity) || !isObject(value.sampling))
    return undefined;
  const { peer, identity, sampling, templates, lastHeard, started } = value;
  const { transport, address, port } = peer;
  const { protocol, domain, agent } = identity;
  if (transport !== "udp" || typeof address !== "string" || !isCount(port) || !isCount(lastHeard)) return undefined;
  if ((protocol !== "netflow9" && protocol !== "ipfix") || !isCount(domain) || agent !== "") return undefined;
  if (started !== undefined && !isCount(started)) return undefined;
  const { whole, samplers, ingress = [], egress = [] } = sampling;
  if (!isNumber(whole) || !isIntervals(samplers) || !isIntervals(ingress) || !isIntervals(egress)) return undefined;
  if (!Array.isArray(templates) || !templates.every(isTemplate)) return undefined;
  return {
    peer: { transport, address, port },
    identity: { protocol, domain, agent },
    lastHeard,
    started,
    sampling: { whole, samplers, ingress, egress },
    templates,
  };
}

function isTemplate(value: unknown): value is SavedTemplate {
  if (!isObject(value)) return false;
  const { id, scopeCount, heard, fields } = value;
  if (!isCount(id) || id < 256 || id > 65535 || !isCount(scopeCount) || !isCount(heard)) return false;
  if (!Array.isArray(fields) || fields.length === 0 || fields.length > MAXIMUM_FIELDS) return false;
  const whole = (each: unknown): each is number[] =>
    isNumbers(each, 3) && each.every(Number.isInteger) && each[2]! >= 0 && each[2]! <= 65535;
  // A template without octets would never end.
  return fields.every(whole) && fields.some(([, , length]) => length !== undefined && length > 0);
}

function isIntervals(value: unknown): value is SavedInterval[] {
  return Array.isArray(value) && value.every((each) => isNumbers(each, 2));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isCount(value: unknown): value is number {
  return isNumber(value) && Number.isInteger(value) && value >= 0;
}

function isNumbers(value: unknown, length: number): value is number[] {
  return Array.isArray(value) && value.length === length && value.every(isNumber);
}
