/** The argument of `--network-structure`: which blocks are printed, and which are only counted in them. */
import { UsageError } from "../errors.js";

export interface NetworkStructure {
  readonly version: 4 | 6;
  /** Prefix lengths of the blocks that get a row, ascending; 0 is the total. */
  readonly rows: readonly number[];
  /** Prefix lengths of the blocks that rows count, ascending, those of `rows` included; none when rows do not count. */
  readonly counted: readonly number[];
}

/** Blocks that `S` stands for. */
const USUAL_SUMMARY = { 4: [8, 16, 24, 27], 6: [48, 64] } as const;

const IPV4_LETTERS: Readonly<Record<string, number>> = { A: 8, B: 16, C: 24, X: 27 };

/** What `--network-structure` without an argument means. */
export function usualStructure(version: 4 | 6): NetworkStructure {
  return parseNetworkStructure(`v${version}:TS`);
}

/**
 * Reads `[v4:|v6:]ROWS[S][/COUNTED]`: lists of prefix lengths, with T for the total, H for hosts, and for IPv4 A, B, C
 * and X for 8, 16, 24 and 27. A comma is needed between numbers only.
 *
 * @throws UsageError naming the switch
 */
export function parseNetworkStructure(text: string): NetworkStructure {
  const named = /^v([46]):/i.exec(text);
  const version = named?.[1] === "6" ? 6 : 4;
  const lists = text.slice(named?.[0].length ?? 0) || "TS";
  const [rowText = "", countedText, extra] = lists.split("/");
  if (extra !== undefined) throw invalid(text, "Only one '/' may be in it");
  const rowList = parseList(text, rowText, version);
  const countedList = countedText === undefined ? undefined : parseList(text, countedText, version);
  const summary = rowList.summary || countedList?.summary === true;
  const rows = ascending(rowList.lengths.length > 0 ? rowList.lengths : summary || countedList ? [0] : []);
  if (rows.length === 0) throw invalid(text, "No blocks are named");
  if (countedList === undefined && !summary) return { version, rows, counted: [] };
  const more = countedList?.lengths ?? [];
  const usual = summary && more.length === 0 ? USUAL_SUMMARY[version] : [];
  return { version, rows, counted: ascending([...rows, ...more, ...usual]) };
}

function parseList(whole: string, text: string, version: 4 | 6): { lengths: number[]; summary: boolean } {
  const most = version === 4 ? 32 : 128;
  const lengths: number[] = [];
  let summary = false;
  for (const token of text.match(/\d+|[^\d,\s]/g) ?? []) {
    if (token === "S") summary = true;
    else if (token === "T") lengths.push(0);
    else if (token === "H") lengths.push(most);
    else if (version === 4 && token in IPV4_LETTERS) lengths.push(IPV4_LETTERS[token]!);
    else if (!/^\d+$/.test(token)) throw invalid(whole, `Unexpected character '${token}'`);
    else if (Number(token) > most) throw invalid(whole, `Block size ${token} is above maximum of ${most}`);
    else lengths.push(Number(token));
  }
  return { lengths, summary };
}

function ascending(lengths: readonly number[]): number[] {
  return [...new Set(lengths)].sort((a, b) => a - b);
}

function invalid(text: string, reason: string): UsageError {
  return new UsageError(`Invalid network-structure '${text}': ${reason}`);
}
