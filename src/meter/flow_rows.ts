/** The meter's bidirectional records as rows, one for each direction: what IPFIX in between would make of them. */
import type { FlowBatch } from "../record/batch.js";
import { FlowColumns, ROW_ATTRIBUTE, UNKNOWN_FLOWTYPE, UNKNOWN_SENSOR } from "../record/columns.js";
import { INTERFACE_INDEX } from "../record/interface_index.js";
import { ATTRIBUTE, BASE } from "../record/layout.js";

const TCP = 6;
const ICMP = 1;
const ICMP_V6 = 58;

type Half = 0 | 1;
const FORWARD: Half = 0;
const REVERSE: Half = 1;

/** Attributes of SiLK's state, of which the reverse direction has the timeouts only. */
const OF_REVERSE = ~ATTRIBUTE.packetsAfterFin;

export class FlowRows {
  readonly #rows: FlowColumns;
  readonly #take: (rows: FlowColumns) => void;

  /**
   * @param capacity rows that are handed on at once at most, 2 or more
   * @param take the rows are valid only during the call, which may change them
   */
  constructor(capacity: number, take: (rows: FlowColumns) => void) {
    this.#rows = new FlowColumns(capacity);
    this.#take = take;
    this.#rows.arrays.sensor!.fill(UNKNOWN_SENSOR);
    this.#rows.arrays.flowtype!.fill(UNKNOWN_FLOWTYPE);
  }

  /** Hands on the rows of a batch. */
  write(batch: FlowBatch): void {
    const rows = this.#rows;
    rows.count = 0;
    for (let k = 0; k < batch.count; k++) {
      if (rows.count + 2 > rows.capacity) {
        this.#take(rows);
        rows.count = 0;
      }
      const at = (batch.first + k) * batch.stride;
      this.#add(batch, at, FORWARD);
      const reverse = (at + BASE.packets[REVERSE]) >> 2;
      if ((batch.u32[reverse]! | batch.u32[reverse + 1]!) !== 0) this.#add(batch, at, REVERSE);
    }
    if (rows.count > 0) this.#take(rows);
  }

  #add(batch: FlowBatch, at: number, half: Half): void {
    const { u8, u16 } = batch;
    const { arrays } = this.#rows;
    const i = this.#rows.count++;
    const proto = u8[at + BASE.protocolIdentifier]!;
    const tcp = proto === TCP;
    const icmp = proto === ICMP || proto === ICMP_V6;
    const [source, destination] = half === FORWARD ? ENDS : TURNED_ENDS;
    this.#times(batch, at, half, i);
    address(batch, at + source.address, arrays.sip_hi!, arrays.sip_lo!, i);
    address(batch, at + destination.address, arrays.dip_hi!, arrays.dip_lo!, i);
    arrays.sport![i] = icmp ? 0 : u16[(at + source.port) >> 1]!;
    // The type and code of a reply are in the lower half of its `tcpSequence`.
    const port = icmp && half === REVERSE ? BASE.tcpSequence[REVERSE] : destination.port;
    arrays.dport![i] = u16[(at + port) >> 1]!;
    arrays.proto![i] = proto;
    wide(batch, at + BASE.packets[half], arrays.packets!, i);
    wide(batch, at + BASE.octets[half], arrays.bytes!, i);
    const initial = tcp ? u8[at + BASE.initialTcpFlags[half]]! : 0;
    const session = tcp ? u8[at + BASE.unionTcpFlags[half]]! : 0;
    arrays.flags![i] = initial | session;
    arrays.initial_flags![i] = initial;
    arrays.session_flags![i] = session;
    const attributes = u8[at + BASE.attributes[half]]! & (half === FORWARD ? 0xff : OF_REVERSE);
    arrays.attributes![i] =
      attributes |
      ((initial | session) === 0 ? 0 : ROW_ATTRIBUTE.flagsSeparate) |
      (half === FORWARD ? 0 : ROW_ATTRIBUTE.reverse);
    arrays.input![2 * i] = INTERFACE_INDEX[u8[at + BASE.interface[half]]!]!;
    // No next hop is 0.0.0.0 in a flow of IPv4 and :: in one of IPv6.
    arrays.nhip_lo![2 * i + 1] =
      arrays.sip_hi![2 * i] === 0 && arrays.sip_hi![2 * i + 1] === 0 ? mapped(arrays.sip_lo!, i) : 0;
    arrays.vlan![i] = u16[(at + BASE.vlanId) >> 1]!;
    arrays.tos![i] = u8[at + BASE.ipClassOfService[half]]!;
    arrays.min_ttl![i] = u8[at + BASE.minimumTtl[half]]!;
    arrays.max_ttl![i] = u8[at + BASE.maximumTtl[half]]!;
    arrays.end_reason![i] = u8[at + BASE.flowEndReason]!;
  }

  #times(batch: FlowBatch, at: number, half: Half, i: number): void {
    const { stime, etime } = this.#rows.arrays;
    wide(batch, at + BASE.flowStart, stime!, i);
    wide(batch, at + BASE.flowEnd, etime!, i);
    if (half === FORWARD) return;
    const start = stime![2 * i + 1]! * 4294967296 + stime![2 * i]! + batch.u32[(at + BASE.reverseFlowDelta) >> 2]!;
    stime![2 * i] = start;
    stime![2 * i + 1] = start / 4294967296;
  }
}

const ENDS = [
  { address: BASE.sourceAddress, port: BASE.sourceTransportPort },
  { address: BASE.destinationAddress, port: BASE.destinationTransportPort },
] as const;
const TURNED_ENDS = [ENDS[1], ENDS[0]] as const;

function wide(batch: FlowBatch, at: number, to: Uint32Array, i: number): void {
  to[2 * i] = batch.u32[at >> 2]!;
  to[2 * i + 1] = batch.u32[(at >> 2) + 1]!;
}

/** 16 octets in wire order as two numbers. */
function address({ u8 }: FlowBatch, at: number, hi: Uint32Array, lo: Uint32Array, i: number): void {
  hi[2 * i + 1] = word(u8, at);
  hi[2 * i] = word(u8, at + 4);
  lo[2 * i + 1] = word(u8, at + 8);
  lo[2 * i] = word(u8, at + 12);
}

function word(u8: Uint8Array, at: number): number {
  return (u8[at]! << 24) | (u8[at + 1]! << 16) | (u8[at + 2]! << 8) | u8[at + 3]!;
}

/** The upper half of an IPv4 address's `lo`, or 0. */
function mapped(lo: Uint32Array, i: number): number {
  return lo[2 * i + 1] === 0xffff ? 0xffff : 0;
}
