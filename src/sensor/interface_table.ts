/** Prints interfaces: a table for people, CSV and JSON lines for programs. */
import { type TableColumn, type TableStyle, tableLine, titleLine } from "../text/table.js";
import type { NetworkInterface } from "./interfaces.js";

export const INTERFACE_FORMATS = ["text", "csv", "json"] as const;
export type InterfaceFormat = (typeof INTERFACE_FORMATS)[number];

const TITLES = ["name", "index", "link", "state", "speed", "mtu", "mac", "driver", "addresses"] as const;
const NUMBERS: readonly string[] = ["index", "speed", "mtu"];

export function interfaceLines(
  interfaces: readonly NetworkInterface[],
  format: InterfaceFormat,
  style: TableStyle,
): string {
  if (format === "json") return interfaces.map((each) => `${JSON.stringify(jsonOf(each))}\n`).join("");
  const rows = interfaces.map((each) => cellsOf(each, format));
  if (format === "csv") {
    const lines = style.titles ? [[...TITLES], ...rows] : rows;
    return lines.map((cells) => `${cells.map(csvText).join(",")}\n`).join("");
  }
  const columns = TITLES.map((title, at): TableColumn => {
    const width = Math.max(title.length, ...rows.map((cells) => cells[at]!.length));
    return NUMBERS.includes(title) ? { title, width } : { title, width, left: true };
  });
  return titleLine(columns, style) + rows.map((cells) => tableLine(columns, cells, style)).join("");
}

/** What is not known is null. */
function jsonOf({ name, index, linkType, state, speed, mtu, mac, driver, addresses }: NetworkInterface) {
  return { name, index, link: linkType, state, speed: speed ?? null, mtu, mac, driver, addresses };
}

function cellsOf(each: NetworkInterface, format: "text" | "csv"): string[] {
  const { name, index, linkType, state, speed, mtu, mac, driver, addresses } = each;
  const rate = speed === undefined ? "" : format === "csv" ? String(speed) : rateText(speed);
  return [name, String(index), linkType, state, rate, mtu === 0 ? "" : String(mtu), mac, driver, addresses.join(" ")];
}

/** 2.5 Gb/s. */
function rateText(bits: number): string {
  return bits >= 1e9 ? `${bits / 1e9} Gb/s` : `${bits / 1e6} Mb/s`;
}

function csvText(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
