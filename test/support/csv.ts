/** CSV as the program writes it. */

import { linesOf } from "./program.js";

/** The rows of a CSV text (RFC 4180) by the names of its first line; no value of flowtap's holds a comma. */
export function csvRows(text: string): Record<string, string>[] {
  const [header = "", ...lines] = linesOf(text.replaceAll("\r\n", "\n"));
  const names = header.split(",");
  return lines.map((line) => {
    const values = line.split(",");
    return Object.fromEntries(names.map((name, at) => [name, values[at] ?? ""]));
  });
}

/** Packets and octets of both directions, and records, of a CSV text. */
export function csvSums(text: string): { records: number; packets: number; octets: number } {
  const sums = { records: 0, packets: 0, octets: 0 };
  for (const row of csvRows(text)) {
    sums.records++;
    sums.packets += Number(row.packets) + Number(row.reversePackets);
    sums.octets += Number(row.octets) + Number(row.reverseOctets);
  }
  return sums;
}
