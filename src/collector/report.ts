/** The counters of a collector in words, one subject a line. */
import {
  DATA_SET_OUTCOMES,
  MESSAGE_OUTCOMES,
  RECORD_OUTCOMES,
  SEQUENCE_EVENTS,
  type SessionCounters,
  TEMPLATE_EVENTS,
} from "../collect/counters.js";

/** @param sessions ever heard of; @param rows handed on; @param fileRows of them those of files that had rows */
export function collectionLines(
  totals: SessionCounters,
  sessions: number,
  { rows, fileRows }: { readonly rows: number; readonly fileRows: number },
): string[] {
  const { messages, dataSets, records, templates, sequence } = totals;
  const lines: string[] = [];
  if (fileRows > 0) lines.push(`${count(fileRows, "row")} of flow files`);
  if (fileRows === 0 || sumOf(messages) > 0)
    lines.push(
      `${count(sumOf(messages), "message")}, ${count(totals.octets, "octet")}, of ${count(sessions, "session")}; ` +
        `${number(messages.decoded)} decoded${parts(messages, MESSAGE_OUTCOMES, "decoded")}`,
      `${count(sumOf(records), "record")}; ${number(records.flows)} of flows, which became ` +
        `${count(rows - fileRows, "row")}${parts(records, RECORD_OUTCOMES, "flows")}`,
    );
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
