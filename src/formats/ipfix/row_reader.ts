/**
 * Generates the straight-line code that reads data records of one template into rows, only the columns that are wanted.
 * A bidirectional record becomes two rows.
 */
import type { ColumnArrays, ColumnName } from "../../record/columns.js";
import { MAPPED_IPV4, ROW_ATTRIBUTE, UNKNOWN_FLOWTYPE } from "../../record/columns.js";
import { read } from "./expressions.js";
import { bitsOf, cert, type ElementKey, type Half, type Place, RowElements } from "./row_elements.js";
import { forwardTimes, reverseTimes } from "./row_times.js";
import type { Template } from "./template.js";

/**
 * Reads records from octet `p` up to `end` into the rows from `row` on, below `limit`. `result[0]` becomes the position
 * reached, `result[1]` the row behind the last. `exported` is the export time in seconds, `sensor` that of records which
 * do not name theirs.
 */
export type ReadRows = (
  view: DataView,
  p: number,
  end: number,
  columns: ColumnArrays,
  row: number,
  limit: number,
  exported: number,
  sensor: number,
  result: Uint32Array,
) => void;

export interface RowReader {
  readonly read: ReadRows;
  /** Rows that one record may become. */
  readonly rowsARecord: 1 | 2;
  /** Octets of the shortest record. */
  readonly least: number;
}

/** Elements that count the same, the preferred ones first. Initiator and responder are other words for the directions. */
const PACKETS: readonly ElementKey[] = [2, 86];
const OCTETS: readonly ElementKey[] = [1, 85, 352];
const PACKETS_OF = { forward: 298, reverse: 299 } as const;
const OCTETS_OF = { forward: 231, reverse: 232 } as const;

const TYPE_CODE: readonly ElementKey[] = [32, 139];
const BIFLOW_DIRECTION = 239;
const REVERSE_INITIATOR = 2;

/** @param names the columns wanted */
export function compileRowReader(template: Template, names: readonly ColumnName[]): RowReader {
  const elements = new RowElements(template.specifiers);
  const text = new RowText(elements, new Set(names));
  const reverse = text.reverseCounts();
  const two = reverse.length > 0;
  const body = `"use strict";return (view,p,end,columns,row,limit,exported,sensor,result)=>{
const {${names.map((name) => `${name}:c_${name}`).join(",")}}=columns;
while(row<${two ? "limit-1" : "limit"}&&end-p>=${elements.least}){${elements.prelude}
${text.times()}${text.half("forward")}row++;
${two ? `if((${reverse.join("|")})!==0){${text.reverseTimes()}${text.half("reverse")}row++;}` : ""}
p=${elements.next};}
result[0]=p;result[1]=row;}`;
  // Numbers of the template and names of our columns only: nothing from the network is compiled as text.
  return { read: new Function(body)() as ReadRows, rowsARecord: two ? 2 : 1, least: elements.least };
}

class RowText {
  readonly #elements: RowElements;
  readonly #wanted: ReadonlySet<ColumnName>;

  constructor(elements: RowElements, wanted: ReadonlySet<ColumnName>) {
    this.#elements = elements;
    this.#wanted = wanted;
  }

  times(): string {
    return this.#wanted.has("stime") || this.#wanted.has("etime") ? forwardTimes(this.#elements) : "";
  }

  reverseTimes(): string {
    return this.times() === "" ? "" : reverseTimes(this.#elements);
  }

  /** Expressions of which one is not 0 when a record has a reverse direction; none in unidirectional templates. */
  reverseCounts(): string[] {
    const counters = [this.#packets("reverse"), this.#octets("reverse")].filter((each) => each !== undefined);
    return counters.flatMap((each) => {
      const { low, high } = read(each.length, each.at);
      return high === "0" ? [low] : [low, high];
    });
  }

  /** Statements that write one row. */
  half(half: Half): string {
    const forward = half === "forward";
    const [start, end] = forward ? ["t0", "t1"] : ["r0", "r1"];
    const icmp = `(${this.#proto()}===1||${this.#proto()}===58)`;
    return [
      this.#time("stime", start),
      this.#time("etime", end),
      this.#address("sip", forward ? [27, 8] : [28, 12]),
      this.#address("dip", forward ? [28, 12] : [27, 8]),
      this.#small("sport", forward ? this.#port("source") : `${icmp}?0:${this.#port("destination")}`),
      this.#small("dport", this.#destinationPort(half, icmp)),
      this.#small("proto", this.#proto()),
      this.#wide("packets", this.#packets(half)),
      this.#wide("bytes", this.#octets(half)),
      this.#small("flags", this.#flags(half)),
      this.#small("initial_flags", bitsOf(this.#elements.place(cert(14), half), 8)),
      this.#small("session_flags", bitsOf(this.#elements.place(cert(15), half), 8)),
      this.#small("attributes", this.#attributes(half)),
      this.#small("application", bitsOf(this.#elements.place(cert(33)), 16)),
      this.#small("sensor", bitsOf(this.#elements.place(cert(31)), 16) ?? "sensor"),
      this.#small("flowtype", bitsOf(this.#elements.place(cert(30)), 8) ?? String(UNKNOWN_FLOWTYPE)),
      this.#wide("input", forward ? this.#elements.place(10) : this.#own(10, 14)),
      this.#wide("output", forward ? this.#elements.place(14) : this.#own(14, 10)),
      this.#nextHop(),
      this.#small("vlan", bitsOf(this.#either([58, 245, 243], half), 16)),
      this.#small("tos", bitsOf(this.#either([5], half), 8)),
      this.#small("min_ttl", bitsOf(this.#either([52, 192], half), 8)),
      this.#small("max_ttl", bitsOf(this.#either([53, 192], half), 8)),
      this.#small("end_reason", this.#endReason("&127")),
      this.#wide("flow_id", this.#elements.place(148)),
    ].join("");
  }

  #proto(): string {
    return bitsOf(this.#elements.place(4), 8) ?? "0";
  }

  #port(side: "source" | "destination"): string {
    const keys = side === "source" ? [7, 182, 180] : [11, 183, 181];
    return bitsOf(this.#elements.first(keys), 16) ?? "0";
  }

  /** ICMP has type and code in the place of the destination port, whichever element they come in. */
  #destinationPort(half: Half, icmp: string): string {
    const port = this.#port("destination");
    const forward = this.#typeCode("forward");
    if (half === "forward") return forward === undefined ? port : `${icmp}&&${forward}!==0?${forward}:${port}`;
    const own = this.#typeCode("reverse");
    const other = forward === undefined ? port : `(${forward}||${port})`;
    return `${icmp}?${own ?? other}:${this.#port("source")}`;
  }

  #typeCode(half: Half): string | undefined {
    const both = bitsOf(this.#elements.first(TYPE_CODE, half), 16);
    if (both !== undefined) return both;
    const type = bitsOf(this.#elements.first([176, 178], half), 8);
    const code = bitsOf(this.#elements.first([177, 179], half), 8);
    return type === undefined || code === undefined ? undefined : `(${type}<<8|${code})`;
  }

  #packets(half: Half): Place | undefined {
    return this.#elements.first(PACKETS, half) ?? this.#elements.place(PACKETS_OF[half]);
  }

  #octets(half: Half): Place | undefined {
    const [delta, total, frames] = OCTETS;
    return (
      this.#elements.first([delta!, total!], half) ??
      this.#elements.place(OCTETS_OF[half]) ??
      this.#elements.place(frames!, half)
    );
  }

  #flags(half: Half): string | undefined {
    const all = bitsOf(this.#elements.place(6, half), 8);
    if (all !== undefined) return all;
    const initial = bitsOf(this.#elements.place(cert(14), half), 8);
    const session = bitsOf(this.#elements.place(cert(15), half), 8);
    return initial === undefined || session === undefined ? (initial ?? session) : `(${initial}|${session})`;
  }

  #attributes(half: Half): string {
    const parts: string[] = [];
    const state = bitsOf(this.#elements.place(cert(32)), 8);
    const yaf = bitsOf(this.#elements.place(cert(40), half), 16);
    if (yaf !== undefined) parts.push(`(${yaf}&1)<<2|${yaf}&2|(${yaf}&4)<<4|(${yaf}&8)>>3`);
    // SiLK's bits are of the forward direction, but for the timeouts, which cut both.
    if (state !== undefined) parts.push(half === "forward" ? `${state}&8|(${state}&16)>>2` : "0", `(${state}&96)>>1`);
    else if (this.#elements.place(136) !== undefined)
      parts.push(`(${this.#endReason("&31")}===2?${ROW_ATTRIBUTE.activeTimeout}:0)`, `(${this.#endReason("&128")})>>2`);
    parts.push(this.#flagsSeparate(half, state));
    if (half === "reverse") parts.push(String(ROW_ATTRIBUTE.reverse));
    const direction = bitsOf(this.#elements.place(BIFLOW_DIRECTION), 8);
    if (half === "forward" && direction !== undefined)
      parts.push(`(${direction}===${REVERSE_INITIATOR}?${ROW_ATTRIBUTE.reverse}:0)`);
    return parts.join("|");
  }

  #flagsSeparate(half: Half, state: string | undefined): string {
    const initial = bitsOf(this.#elements.place(cert(14), half), 8);
    const session = bitsOf(this.#elements.place(cert(15), half), 8);
    if (initial === undefined || session === undefined) return "0";
    if (state === undefined) return String(ROW_ATTRIBUTE.flagsSeparate);
    return `((${state}&1|${initial}|${session})!==0?${ROW_ATTRIBUTE.flagsSeparate}:0)`;
  }

  #endReason(mask: string): string | undefined {
    const reason = bitsOf(this.#elements.place(136), 8);
    return reason === undefined ? undefined : `(${reason}${mask})`;
  }

  /** The reverse element, or what the forward direction has under another number. */
  #own(key: number, swapped: number): Place | undefined {
    return this.#elements.place(key, "reverse") ?? this.#elements.place(swapped);
  }

  /** An element of the direction asked for, else of the forward one. */
  #either(keys: readonly ElementKey[], half: Half): Place | undefined {
    return this.#elements.first(keys, half) ?? this.#elements.first(keys);
  }

  #time(name: "stime" | "etime", value: string): string {
    if (!this.#wanted.has(name)) return "";
    return `c_${name}[2*row]=${value};c_${name}[2*row+1]=${value}/4294967296;`;
  }

  #small(name: ColumnName, value: string | undefined): string {
    return this.#wanted.has(name) ? `c_${name}[row]=${value ?? "0"};` : "";
  }

  /** A counter of up to 64 bits; the columns are signed, so that the topmost bit is dropped. */
  #wide(name: ColumnName, place: Place | undefined): string {
    if (!this.#wanted.has(name)) return "";
    const { low, high } =
      place === undefined || place.length > 8 ? { low: "0", high: "0" } : read(place.length, place.at);
    const upper = high === "0" ? "0" : `${high}&2147483647`;
    return `c_${name}[2*row]=${low};c_${name}[2*row+1]=${upper};`;
  }

  #address(name: "sip" | "dip", [key6, key4]: readonly [number, number]): string {
    const six = this.#addressPlace(key6, 16);
    const four = this.#addressPlace(key4, 4);
    const text4 = this.#words(name, ["0", "0", String(MAPPED_IPV4), four === undefined ? "0" : words(four)[0]!]);
    if (six === undefined) return text4;
    const all = words(six);
    const text6 = this.#words(name, all);
    // One template for both versions: the address that is not there is zero.
    return four === undefined ? text6 : `if((${all.join("|")})!==0){${text6}}else{${text4}}`;
  }

  #nextHop(): string {
    const six = this.#addressPlace(62, 16);
    if (six !== undefined) return this.#words("nhip", words(six));
    const four = this.#addressPlace(15, 4);
    if (four !== undefined) return this.#words("nhip", ["0", "0", String(MAPPED_IPV4), words(four)[0]!]);
    // No next hop is 0.0.0.0 in a flow of IPv4 and :: in one of IPv6.
    const source = this.#addressPlace(27, 16);
    if (source === undefined) return this.#words("nhip", ["0", "0", String(MAPPED_IPV4), "0"]);
    const [a, b, c] = words(source) as [string, string, string, string];
    const mapped =
      this.#addressPlace(8, 4) === undefined
        ? `((${a}|${b})===0&&${c}===${MAPPED_IPV4}?${MAPPED_IPV4}:0)`
        : `((${a}|${b})===0&&(${c}===${MAPPED_IPV4}||(${words(source).join("|")})===0)?${MAPPED_IPV4}:0)`;
    return this.#words("nhip", ["0", "0", mapped, "0"]);
  }

  #addressPlace(key: number, length: 4 | 16): Place | undefined {
    const found = this.#elements.place(key);
    return found?.length === length ? found : undefined;
  }

  /** @param all four words of an address, the first one first */
  #words(name: "sip" | "dip" | "nhip", [a, b, c, d]: readonly string[]): string {
    const [hi, lo] = [`${name}_hi`, `${name}_lo`] as [ColumnName, ColumnName];
    return (
      (this.#wanted.has(hi) ? `c_${hi}[2*row]=${b};c_${hi}[2*row+1]=${a};` : "") +
      (this.#wanted.has(lo) ? `c_${lo}[2*row]=${d};c_${lo}[2*row+1]=${c};` : "")
    );
  }
}

function words({ at, length }: Place): string[] {
  return Array.from({ length: length / 4 }, (_, word) => `view.getUint32(${at}+${4 * word})`);
}
