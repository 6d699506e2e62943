/** A flow record while its values are read from text. */
import { UsageError } from "../../../errors.js";
import {
  type FlowColumns,
  MAPPED_IPV4,
  ROW_ATTRIBUTE,
  UNKNOWN_FLOWTYPE,
  UNKNOWN_SENSOR,
} from "../../../record/columns.js";
import type { Site } from "../../../site/site.js";
import type { AddressWords } from "../../../text/parse_address.js";

const ANY_IPV4: AddressWords = [0, 0, MAPPED_IPV4, 0];
const ICMP = 1;
const TCP = 6;
const ICMP6 = 58;

/** Values as they were given; those that were not are undefined where others take their place. */
export class DraftFlow {
  sip: AddressWords = ANY_IPV4;
  dip: AddressWords = ANY_IPV4;
  nhip: AddressWords | undefined = undefined;
  sport = 0;
  dport = 0;
  proto = 0;
  packets: number | undefined = undefined;
  bytes: number | undefined = undefined;
  flags: number | undefined = undefined;
  initial: number | undefined = undefined;
  session: number | undefined = undefined;
  attributes = 0;
  application = 0;
  sensor = UNKNOWN_SENSOR;
  className: string | undefined = undefined;
  type: string | undefined = undefined;
  input = 0;
  output = 0;
  icmpType: number | undefined = undefined;
  icmpCode: number | undefined = undefined;
  /** Microseconds, like `end` and `duration`. */
  start: number | undefined = undefined;
  end: number | undefined = undefined;
  duration: number | undefined = undefined;

  /**
   * Puts the flow into row `i`, with what follows from the values that are there.
   *
   * @throws UsageError whose message is what does not fit together
   */
  store(rows: FlowColumns, i: number, site: Site): void {
    const { arrays } = rows;
    const { start, end } = this.#times();
    storeNumber(arrays.stime!, i, start);
    storeNumber(arrays.etime!, i, end);
    storeAddress(arrays.sip_hi!, arrays.sip_lo!, i, this.sip);
    storeAddress(arrays.dip_hi!, arrays.dip_lo!, i, this.dip);
    storeAddress(arrays.nhip_hi!, arrays.nhip_lo!, i, this.nhip ?? ANY_IPV4);
    // SiLK's packed formats divide by the packets: there is no flow without one.
    const packets = this.packets || 1;
    storeNumber(arrays.packets!, i, packets);
    storeNumber(arrays.bytes!, i, this.bytes || packets);
    storeNumber(arrays.input!, i, this.input);
    storeNumber(arrays.output!, i, this.output);
    arrays.sport![i] = this.sport;
    arrays.dport![i] = this.#destinationPort();
    arrays.proto![i] = this.proto;
    arrays.application![i] = this.application;
    arrays.sensor![i] = this.sensor;
    arrays.flowtype![i] = this.#flowtype(site);
    this.#storeFlags(rows, i);
  }

  #storeFlags({ arrays }: FlowColumns, i: number): void {
    const separate = this.proto === TCP && (this.initial !== undefined || this.session !== undefined);
    const initial = separate ? (this.initial ?? 0) : 0;
    const session = separate ? (this.session ?? 0) : 0;
    const expanded = (initial | session) !== 0;
    arrays.initial_flags![i] = initial;
    arrays.session_flags![i] = session;
    arrays.flags![i] = expanded ? initial | session : (this.flags ?? 0);
    arrays.attributes![i] = this.attributes | (expanded ? ROW_ATTRIBUTE.flagsSeparate : 0);
  }

  #times(): { start: number; end: number } {
    const { start, end, duration } = this;
    if (start !== undefined && end !== undefined) {
      if (end >= start) return { start, end };
      // A fixed start time over lines with both end and duration.
      if (duration === undefined) throw new UsageError("eTime is before sTime");
      return { start, end: start + duration };
    }
    const length = duration ?? 0;
    if (end === undefined) return { start: start ?? 0, end: (start ?? 0) + length };
    if (length > end) throw new UsageError("duration reaches back before 1970");
    return { start: end - length, end };
  }

  #destinationPort(): number {
    const { icmpType, icmpCode, proto } = this;
    if (proto !== ICMP && proto !== ICMP6) return this.dport;
    if (icmpType === undefined && icmpCode === undefined) return this.dport;
    return (icmpType ?? 0) * 256 + (icmpCode ?? 0);
  }

  #flowtype(site: Site): number {
    const { className, type } = this;
    if (type === undefined) return UNKNOWN_FLOWTYPE;
    if (/^\d{1,3}$/.test(type) && Number(type) <= UNKNOWN_FLOWTYPE) return Number(type);
    const of = className === undefined || className === "?" ? site.config.defaultClass : className;
    const found = site.flowtypeOf(of ?? "", type);
    if (found === undefined) throw new UsageError(`Unrecognized class/type pair '${of ?? ""}/${type}'`);
    return found.id;
  }
}

function storeNumber(array: Uint32Array, i: number, value: number): void {
  array[2 * i] = value;
  array[2 * i + 1] = Math.floor(value / 4294967296);
}

function storeAddress(hi: Uint32Array, lo: Uint32Array, i: number, words: AddressWords): void {
  hi[2 * i + 1] = words[0];
  hi[2 * i] = words[1];
  lo[2 * i + 1] = words[2];
  lo[2 * i] = words[3];
}
