/** Where records of either layout become rows: the columns, and what a row has when its record does not say. */
import {
  type ColumnName,
  FlowColumns,
  MAPPED_IPV4,
  ROW_ATTRIBUTE,
  UNKNOWN_FLOWTYPE,
  UNKNOWN_SENSOR,
} from "../../record/columns.js";

/** IPFIX flowEndReason of a flow that was cut (RFC 5102 section 5.11.3). */
const ACTIVE_TIMEOUT = 2;

/** IPFIX biflowDirection (RFC 5103 section 6.3). */
const REVERSE_INITIATOR = 2;

/** The latest time whose microseconds a JavaScript number holds exactly, in the year 2255. */
const LATEST = Number.MAX_SAFE_INTEGER;

/** Rows that a record may become. */
export const ROWS_A_RECORD = 2;

/** One record being read. Counters and times of up to 53 bits are numbers; what a record does not have is 0. */
export class RecordValues {
  version: 4 | 6 | 0 = 0;
  /** Words of both addresses, the upper ones first; IPv4 in the fourth and the eighth. */
  readonly addresses = new Uint32Array(8);
  nextHopVersion: 4 | 6 | 0 = 0;
  readonly nextHop = new Uint32Array(4);
  /** Milliseconds since 1970. */
  first = 0;
  last = 0;
  packets = 0;
  octets = 0;
  outPackets = 0;
  outOctets = 0;
  sourcePort = 0;
  destinationPort = 0;
  protocol = 0;
  flags = 0;
  tos = 0;
  destinationTos = 0;
  input = 0;
  output = 0;
  vlan = 0;
  biflowDirection = 0;
  endReason = 0;

  clear(): void {
    this.version = 0;
    this.addresses.fill(0);
    this.nextHopVersion = 0;
    this.nextHop.fill(0);
    this.packets = this.octets = this.outPackets = this.outOctets = 0;
    this.first = this.last = 0;
    this.sourcePort = this.destinationPort = this.protocol = this.flags = 0;
    this.tos = this.destinationTos = this.input = this.output = this.vlan = 0;
    this.biflowDirection = this.endReason = 0;
  }
}

/** Columns that no record tells of, with what rows have then: SiLK's, and what nfdump does not keep. */
const UNTOLD = {
  sensor: UNKNOWN_SENSOR,
  flowtype: UNKNOWN_FLOWTYPE,
  initial_flags: 0,
  session_flags: 0,
  application: 0,
  min_ttl: 0,
  max_ttl: 0,
  flow_id: 0,
} as const satisfies { [Name in ColumnName]?: number };

/** Fills the columns that records do not tell of, in the rows from `from` on, before `to`. */
export function fillUntold({ arrays, capacity }: FlowColumns, from: number, to: number): void {
  for (const name of Object.keys(UNTOLD) as (keyof typeof UNTOLD)[]) {
    const array = arrays[name]!;
    const width = array.length / capacity;
    array.fill(UNTOLD[name], width * from, width * to);
  }
}

/** Columns whose rows need nothing but what records tell. */
export function emptyRows(capacity: number): FlowColumns {
  const rows = new FlowColumns(capacity);
  fillUntold(rows, 0, capacity);
  return rows;
}

/** Appends the rows of a record. */
export type AppendRecord = (values: RecordValues) => void;

/**
 * What appends the rows of records to `rows`, which have room, but for the columns of `fillUntold`. nfdump keeps the
 * reverse direction of a flow as its "out" counters: it becomes a row of its own. A record with nothing but out counters
 * is of an exporter that counts at the egress: one row.
 */
export function recordAppender(rows: FlowColumns): AppendRecord {
  // Looked up once: a look-up for each row and column costs more than the rest.
  const { stime, etime, sip_hi, sip_lo, dip_hi, dip_lo, nhip_hi, nhip_lo, sport, dport, proto } = rows.arrays;
  const { packets, bytes, flags, tos, input, output, vlan, end_reason, attributes } = rows.arrays;

  const append = (values: RecordValues, half: "forward" | "reverse", packetCount: number, octetCount: number) => {
    const i = rows.count++;
    const forward = half === "forward";
    const { addresses, version, protocol, endReason } = values;
    setNumber(stime!, i, Math.min(LATEST, values.first * 1000));
    setNumber(etime!, i, Math.min(LATEST, values.last * 1000));
    setAddress(sip_hi!, sip_lo!, i, addresses, forward ? 0 : 4, version);
    setAddress(dip_hi!, dip_lo!, i, addresses, forward ? 4 : 0, version);
    // No next hop is 0.0.0.0 in a flow of IPv4 and :: in one of IPv6.
    setAddress(nhip_hi!, nhip_lo!, i, values.nextHop, 0, values.nextHopVersion || version);
    // Type and code of ICMP stand where the destination port would, and are of the forward direction.
    const icmp = protocol === 1 || protocol === 58;
    sport![i] = icmp ? 0 : forward ? values.sourcePort : values.destinationPort;
    dport![i] = icmp || forward ? values.destinationPort : values.sourcePort;
    proto![i] = protocol;
    setNumber(packets!, i, packetCount);
    setNumber(bytes!, i, octetCount);
    // The flags are of the forward direction only.
    flags![i] = forward ? values.flags : 0;
    tos![i] = forward ? values.tos : values.destinationTos;
    setNumber(input!, i, forward ? values.input : values.output);
    setNumber(output!, i, forward ? values.output : values.input);
    vlan![i] = values.vlan;
    end_reason![i] = endReason;
    const isReverse = !forward || values.biflowDirection === REVERSE_INITIATOR;
    attributes![i] =
      (endReason === ACTIVE_TIMEOUT ? ROW_ATTRIBUTE.activeTimeout : 0) | (isReverse ? ROW_ATTRIBUTE.reverse : 0);
  };

  return (values) => {
    const outward = values.outPackets > 0 || values.outOctets > 0;
    const inward = values.packets > 0 || values.octets > 0;
    if (outward && !inward) append(values, "forward", values.outPackets, values.outOctets);
    else append(values, "forward", values.packets, values.octets);
    if (outward && inward) append(values, "reverse", values.outPackets, values.outOctets);
  };
}

function setNumber(array: Uint32Array, i: number, value: number): void {
  array[2 * i] = value;
  array[2 * i + 1] = value / 4294967296;
}

function setAddress(
  hi: Uint32Array,
  lo: Uint32Array,
  i: number,
  words: Uint32Array,
  from: number,
  version: 4 | 6 | 0,
): void {
  hi[2 * i + 1] = words[from]!;
  hi[2 * i] = words[from + 1]!;
  lo[2 * i + 1] = version === 6 ? words[from + 2]! : MAPPED_IPV4;
  lo[2 * i] = words[from + 3]!;
}
