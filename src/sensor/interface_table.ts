/** Prints interfaces: a table for people, cells for programs. */
import type { Cell, CellColumn } from "../query/table/cell_table.js";
import { type TableColumn, type TableStyle, tableLine, titleLine } from "../text/table.js";
import type { NetworkInterface } from "./interfaces.js";

/** Of the table for programs. Speed is in bits a second, MTU in octets. */
export const INTERFACE_COLUMNS: readonly CellColumn[] = [
  { name: "name", kind: "text" },
  { name: "index", kind: "integer" },
  { name: "link", kind: "text" },
  { name: "state", kind: "text" },
  { name: "speed", kind: "integer" },
  { name: "mtu", kind: "integer" },
  { name: "mac", kind: "text" },
  { name: "driver", kind: "text" },
  { name: "addresses", kind: "list" },
];

/** What is not known is left out. */
export function interfaceCells({
  name,
  index,
  linkType,
  state,
  speed,
  mtu,
  mac,
  driver,
  addresses,
}: NetworkInterface): readonly Cell[] {
  return [name, index, linkType, state, speed, mtu === 0 ? undefined : mtu, mac, driver, addresses];
}

export function interfaceLines(interfaces: readonly NetworkInterface[], style: TableStyle): string {
  const rows = interfaces.map(textCells);
  const columns = INTERFACE_COLUMNS.map(({ name: title, kind }, at): TableColumn => {
    const width = Math.max(title.length, ...rows.map((cells) => cells[at]!.length));
    return kind === "integer" ? { title, width } : { title, width, left: true };
  });
  return titleLine(columns, style) + rows.map((cells) => tableLine(columns, cells, style)).join("");
}

function textCells(each: NetworkInterface): string[] {
  const { name, index, linkType, state, speed, mtu, mac, driver, addresses } = each;
  const rate = speed === undefined ? "" : rateText(speed);
  return [name, String(index), linkType, state, rate, mtu === 0 ? "" : String(mtu), mac, driver, addresses.join(" ")];
}

/** 2.5 Gb/s. */
function rateText(bits: number): string {
  return bits >= 1e9 ? `${bits / 1e9} Gb/s` : `${bits / 1e6} Mb/s`;
}
