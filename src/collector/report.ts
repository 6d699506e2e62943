/** The counters of a collector in words, one subject a line. */
import {
  DATA_SET_OUTCOMES,
  MESSAGE_OUTCOMES,
  RECORD_OUTCOMES,
  SEQUENCE_EVENTS,
  type SessionCounters,
  TEMPLATE_EVENTS,
} from "../collect/counters.js";

/** @param exporters sessions known at the end; @param rows handed on */
export function collectionLines(totals: SessionCounters, exporters: number, rows: number): string[] {
  const { messages, dataSets, records, templates, sequence } = totals;
  const lines = [
    `${count(sumOf(messages), "message")}, ${count(totals.octets, "octet")}, of ${count(exporters, "session")}; ` +
      `${number(messages.decoded)} decoded${parts(messages, MESSAGE_OUTCOMES, "decoded")}`,
    `${count(sumOf(records), "record")}; ${number(records.flows)} of flows, which became ${count(rows, "row")}` +
      parts(records, RECORD_OUTCOMES, "flows"),
  ];
  if (sumOf(dataSets) > dataSets.decoded)
    lines.push(`${count(sumOf(dataSets), "data set")}${parts(dataSets, DATA_SET_OUTCOMES, "decoded")}`);
  if (sumOf(templates) > 0) lines.push(`templates: ${parts(templates, TEMPLATE_EVENTS).slice(2)}`);
  if (sumOf(sequence) > 0) lines.push(`sequence: ${parts(sequence, SEQUENCE_EVENTS).slice(2)}`);
  if (totals.rows.corrected > 0)
    lines.push(`${count(totals.rows.corrected, "row")} had impossible times, now corrected`);
  if (totals.rows.scaled > 0) lines.push(`${count(totals.rows.scaled, "row")} scaled by the sampling interval`);
  return lines;
}

export function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0);
}

function parts<Name extends string>(
  counts: Readonly<Record<Name, number>>,
  words: Readonly<Record<Name, string>>,
  without?: Name,
): string {
  const named = (Object.keys(counts) as Name[]).filter((name) => name !== without && counts[name] > 0);
  return named.map((name) => `, ${number(counts[name])} ${words[name]}`).join("");
}

export function count(amount: number, thing: string): string {
  return `${number(amount)} ${thing}${amount === 1 ? "" : "s"}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
