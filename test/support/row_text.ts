/** Rows as the values of rwcut, for comparison with its output. */
import type { ColumnName, FlowColumns } from "../../src/record/columns.js";
import { ROW_ATTRIBUTE } from "../../src/record/columns.js";
import { ipv4Text, ipv6Text } from "../../src/text/address.js";
import { TCP_FLAGS } from "../../src/text/flags.js";
import { seconds, silkTime } from "../../src/text/timestamp.js";

/** A 64-bit value of row `i`. */
export function wide(rows: FlowColumns, name: "stime" | "etime" | "packets" | "bytes" | "input" | "output", i: number) {
  return rows.arrays[name]![2 * i]! + rows.arrays[name]![2 * i + 1]! * 2 ** 32;
}

function address(rows: FlowColumns, field: "sip" | "dip" | "nhip", i: number): string {
  const hi = rows.arrays[`${field}_hi`]!;
  const lo = rows.arrays[`${field}_lo`]!;
  const view = new DataView(new ArrayBuffer(16));
  [hi[2 * i + 1]!, hi[2 * i]!, lo[2 * i + 1]!, lo[2 * i]!].forEach((word, k) => {
    view.setUint32(4 * k, word);
  });
  const octets = new Uint8Array(view.buffer);
  return hi[2 * i] === 0 && hi[2 * i + 1] === 0 && lo[2 * i + 1] === 0xffff ? ipv4Text(octets, 0) : ipv6Text(octets, 0);
}

/** The values of rwcut's fields sIP to application as `rwcut --delimited=,` prints them, sensors and types as numbers. */
export function rowText(rows: FlowColumns, i: number): string[] {
  const number = (name: ColumnName) => String(rows.arrays[name]![i]);
  const flags = (name: ColumnName) => TCP_FLAGS[rows.arrays[name]![i]!]!;
  const bits = rows.arrays.attributes![i]!;
  const letter = (bit: number, name: string) => (bits & bit ? name : "");
  return [
    address(rows, "sip", i),
    address(rows, "dip", i),
    number("sport"),
    number("dport"),
    number("proto"),
    String(wide(rows, "packets", i)),
    String(wide(rows, "bytes", i)),
    flags("flags"),
    silkTime(wide(rows, "stime", i)),
    seconds(wide(rows, "etime", i) - wide(rows, "stime", i)),
    number("sensor"),
    number("flowtype"),
    String(wide(rows, "input", i)),
    String(wide(rows, "output", i)),
    address(rows, "nhip", i),
    flags("initial_flags"),
    flags("session_flags"),
    letter(ROW_ATTRIBUTE.packetsAfterFin, "F") +
      letter(ROW_ATTRIBUTE.uniformSize, "S") +
      letter(ROW_ATTRIBUTE.activeTimeout, "T") +
      letter(ROW_ATTRIBUTE.continuation, "C"),
    number("application"),
  ];
}
