import type { ColumnArrays, FlowColumns } from "../record/columns.js";
import { gatherRows } from "./gather_rows.js";
import { ROWS } from "./record_files.js";

const MOST_32 = 0xffff_ffff;
const MOST_INTERFACE = 0xffff;
/** Microseconds of the longest duration of SiLK's records. */
const LONGEST = MOST_32 * 1000;

/** What the interfaces of SiLK's flows are taken from: ifIndex, or the 802.1Q tag. */
export type InterfaceValues = "snmp" | "vlan";

/** Brings rows into the bounds of SiLK's records. */
export class SilkBounds {
  written = 0;
  /** Records that count no packets are no flows. */
  withoutPackets = 0;
  readonly #interfaces: InterfaceValues;
  readonly #indexes = new Int32Array(ROWS);

  constructor(interfaces: InterfaceValues) {
    this.#interfaces = interfaces;
  }

  /** Changes rows in place. */
  fit(rows: FlowColumns): void {
    const { packets } = rows.arrays;
    let count = 0;
    for (let i = 0; i < rows.count; i++)
      if ((packets![2 * i]! | packets![2 * i + 1]!) !== 0) this.#indexes[count++] = i;
    this.withoutPackets += rows.count - count;
    if (count < rows.count) gatherRows(rows, this.#indexes, count, rows);
    this.written += count;
    for (let i = 0; i < count; i++) this.#fitRow(rows.arrays, i);
  }

  #fitRow(arrays: ColumnArrays, i: number): void {
    const { packets, bytes, input, output, vlan } = arrays;
    if (this.#interfaces === "vlan") {
      setWide(input!, i, vlan![i]!);
      setWide(output!, i, 0);
    }
    clamp(packets!, i, MOST_32);
    clamp(bytes!, i, MOST_32);
    clamp(input!, i, MOST_INTERFACE);
    clamp(output!, i, MOST_INTERFACE);
    fitEnd(arrays.stime!, arrays.etime!, i);
  }
}

function wide(array: Uint32Array, i: number): number {
  return array[2 * i + 1]! * 4294967296 + array[2 * i]!;
}

function setWide(array: Uint32Array, i: number, value: number): void {
  array[2 * i] = value;
  array[2 * i + 1] = value / 4294967296;
}

function clamp(array: Uint32Array, i: number, most: number): void {
  if (array[2 * i + 1] !== 0 || array[2 * i]! > most) setWide(array, i, most);
}

/** A flow ends when it starts or later, within what a duration has room for. */
function fitEnd(stime: Uint32Array, etime: Uint32Array, i: number): void {
  const start = wide(stime, i);
  const end = wide(etime, i);
  const fitting = Math.min(Math.max(start, end), start + LONGEST);
  if (fitting !== end) setWide(etime, i, fitting);
}
