/** The statements of a generated reader that write one row, from whichever elements the template has. */
import { type ColumnName, ROW_ATTRIBUTE, UNKNOWN_FLOWTYPE } from "../../record/columns.js";
import { read } from "./expressions.js";
import { RowAddresses } from "./row_addresses.js";
import type { RowRules } from "./row_context.js";
import { RowCounters } from "./row_counters.js";
import { bitsOf, cert, type ElementKey, type Half, type Place, type RowElements } from "./row_elements.js";
import { RowFlags } from "./row_flags.js";
import { RowPorts } from "./row_ports.js";
import { forwardTimes, reverseTimes } from "./row_times.js";

const BIFLOW_DIRECTION = 239;
const REVERSE_INITIATOR = 2;

const INGRESS = [10, 252] as const;
const EGRESS = [14, 253] as const;
/** vlanId, dot1qCustomerVlanId, dot1qVlanId: the innermost first; and the same behind the observation point. */
const VLAN = [58, 245, 243] as const;
const POST_VLAN = [59, 255, 254] as const;

/** firewallEvent, Cisco's element before it had that number, and Cisco's extended one. */
const FIREWALL_EVENT = [233, 40005] as const;
const EXTENDED_EVENT = 33002;
/** Values of firewallEvent: flows that begin, refused flows, alerts. */
const CREATED = 1;
const DENIED = 3;
/** First and last of the extended events that are refusals by an access list. */
const EXTENDED_DENIED = [1001, 1004] as const;
const ALERT = 4;

export class RowText {
  readonly #elements: RowElements;
  readonly #wanted: ReadonlySet<ColumnName>;

  readonly #rules: RowRules | undefined;
  readonly #counters: RowCounters;
  readonly #addresses: RowAddresses;
  readonly #flags: RowFlags;
  readonly #ports: RowPorts;

  /** @param wanted the columns to write; @param rules which records become rows, default all */
  constructor(elements: RowElements, wanted: ReadonlySet<ColumnName>, rules: RowRules | undefined) {
    this.#elements = elements;
    this.#wanted = wanted;
    this.#rules = rules;
    this.#counters = new RowCounters(elements, rules?.post === "reverse direction" ? "reverse" : "forward");
    this.#addresses = new RowAddresses(elements, wanted);
    this.#flags = new RowFlags(elements);
    this.#ports = new RowPorts(elements);
  }

  /** Whether records can have a reverse direction. */
  get hasReverse(): boolean {
    return this.#counters.counts("reverse").length > 0;
  }

  /** Statements that pass over records that are no flows, each in one count. */
  skips(): string {
    const event = this.#event();
    const declared = event === undefined ? "" : `const event=${event};`;
    if (this.#rules === undefined) return this.#wanted.has("attributes") ? declared : "";
    const pass = (count: string) => `{${count}++;p=${this.#elements.next};continue;}`;
    if (this.#rules.addressless === "skip" && !this.#addresses.any) return `if(end>=p)${pass("noAddresses")}`;
    const started = event === undefined ? "" : `${declared}if(event===${CREATED}||event===${ALERT})${pass("events")}`;
    if (this.#rules.idle !== "skip") return started;
    const counts = [...this.#counters.counts("forward"), ...this.#counters.counts("reverse")];
    const denied = event === undefined ? "" : `&&event!==${DENIED}`;
    return `${started}if((${counts.join("|") || "0"})===0${denied})${pass("noTraffic")}`;
  }

  /** Statements that the columns of both directions need. */
  prelude(): string {
    return this.#flags.prelude;
  }

  /** Where there are rules, a record of the reverse direction only has no row of the forward one. */
  forwardCondition(): string {
    if (this.#rules === undefined || !this.hasReverse) return "";
    return `if((${this.#counters.counts("reverse").join("|")})===0||(${this.#counters.counts("forward").join("|") || "0"})!==0)`;
  }

  reverseCondition(): string {
    return `if((${this.#counters.counts("reverse").join("|")})!==0)`;
  }

  times(): string {
    return this.#wanted.has("stime") || this.#wanted.has("etime") ? forwardTimes(this.#elements) : "";
  }

  reverseTimes(): string {
    return this.times() === "" ? "" : reverseTimes(this.#elements);
  }

  /** Statements that write one row. */
  half(half: Half): string {
    const forward = half === "forward";
    const [start, end] = forward ? ["t0", "t1"] : ["r0", "r1"];
    return [
      this.#time("stime", start),
      this.#time("etime", end),
      this.#addresses.endpoint("sip", half),
      this.#addresses.endpoint("dip", half),
      this.#small("sport", this.#ports.source(half)),
      this.#small("dport", this.#ports.destination(half)),
      this.#small("proto", this.#ports.protocol),
      this.#wide("packets", this.#counters.packets(half)),
      this.#atLeastOnePacket(),
      this.#wide("bytes", this.#counters.octets(half)),
      this.#small("flags", this.#flags.all(half)),
      this.#small("initial_flags", this.#flags.initial(half)),
      this.#small("session_flags", this.#flags.session(half)),
      this.#small("attributes", this.#attributes(half)),
      this.#small("application", bitsOf(this.#elements.place(cert(33)), 16)),
      this.#small("sensor", bitsOf(this.#elements.place(cert(31)), 16) ?? "sensor"),
      this.#small("flowtype", bitsOf(this.#elements.place(cert(30)), 8) ?? String(UNKNOWN_FLOWTYPE)),
      ...this.#interfaces(half),
      this.#denied(),
      this.#addresses.nextHop(),
      this.#small("vlan", this.#vlan(half)),
      this.#small("tos", this.#tos(half)),
      this.#small("min_ttl", bitsOf(this.#either([52, 192], half), 8)),
      this.#small("max_ttl", bitsOf(this.#either([53, 192], half), 8)),
      this.#small("end_reason", this.#endReason("&127")),
      this.#wide("flow_id", this.#elements.place(148)),
    ].join("");
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
    parts.push(this.#flags.separate(half, state));
    if (half === "reverse") parts.push(String(ROW_ATTRIBUTE.reverse));
    const direction = bitsOf(this.#elements.place(BIFLOW_DIRECTION), 8);
    if (half === "forward" && direction !== undefined)
      parts.push(`(${direction}===${REVERSE_INITIATOR}?${ROW_ATTRIBUTE.reverse}:0)`);
    if (this.#event() !== undefined && this.#rules?.denied !== "unmarked")
      parts.push(`(event===${DENIED}?${ROW_ATTRIBUTE.denied}:0)`);
    return parts.join("|");
  }

  #endReason(mask: string): string | undefined {
    const reason = bitsOf(this.#elements.place(136), 8);
    return reason === undefined ? undefined : `(${reason}${mask})`;
  }

  #interfaces(half: Half): string[] {
    if (this.#rules?.interfaces === "vlan") return [this.#low("input", this.#vlan(half)), this.#postVlan(half)];
    const forward = half === "forward";
    return [
      this.#wide("input", this.#interface(INGRESS, forward ? undefined : EGRESS)),
      this.#wide("output", this.#interface(EGRESS, forward ? undefined : INGRESS)),
    ];
  }

  /** The VLAN that packets leave by; 0 where only the one that they came in by is told. */
  #postVlan(half: Half): string {
    const own = bitsOf(this.#elements.first(POST_VLAN, half), 16);
    if (half === "forward" || own !== undefined) return this.#low("output", own);
    const known = this.#elements.first(VLAN, "reverse") ?? this.#elements.first(POST_VLAN);
    return this.#low("output", known === undefined ? undefined : this.#vlan("forward"));
  }

  /** The reverse element, or what the forward direction has under another number. */
  #interface(keys: readonly number[], swapped: readonly number[] | undefined): Place | undefined {
    if (swapped === undefined) return this.#elements.first(keys);
    return this.#elements.first(keys, "reverse") ?? this.#elements.first(swapped);
  }

  /** The first tag that is not 0. Of the reverse direction it is what the forward one leaves with, where that is told. */
  #vlan(half: Half): string | undefined {
    if (half === "reverse") {
      const own = this.#elements.first(VLAN, "reverse") ?? this.#elements.first(POST_VLAN);
      if (own !== undefined) return bitsOf(own, 16);
    }
    const tags = VLAN.map((key) => bitsOf(this.#elements.place(key), 16)).filter((each) => each !== undefined);
    return tags.length === 0 ? undefined : `(${tags.join("||")})`;
  }

  #event(): string | undefined {
    const event = bitsOf(this.#elements.first(FIREWALL_EVENT), 8);
    if (event !== undefined) return event;
    const extended = bitsOf(this.#elements.place(EXTENDED_EVENT), 16);
    if (extended === undefined) return undefined;
    return `(${extended}>=${EXTENDED_DENIED[0]}&&${extended}<=${EXTENDED_DENIED[1]}?${DENIED}:0)`;
  }

  /** Packets that a firewall refused leave by no interface: that makes them flows to null. */
  #denied(): string {
    if (this.#rules === undefined || this.#event() === undefined) return "";
    const output = this.#wanted.has("output") ? "c_output[2*row]=c_output[2*row+1]=0;" : "";
    const packets = this.#wanted.has("packets")
      ? "if((c_packets[2*row]|c_packets[2*row+1])===0)c_packets[2*row]=1;"
      : "";
    return `if(event===${DENIED}){${output}${packets}}`;
  }

  #atLeastOnePacket(): string {
    if (this.#rules?.idle !== "one packet" || !this.#wanted.has("packets")) return "";
    return "if((c_packets[2*row]|c_packets[2*row+1])===0)c_packets[2*row]=1;";
  }

  /** ipClassOfService, that behind the observation point, or the code point (ipDiffServCodePoint) of either. */
  #tos(half: Half): string | undefined {
    const whole = bitsOf(this.#either([5, 55], half), 8);
    if (whole !== undefined) return whole;
    const codePoint = bitsOf(this.#either([195, 98], half), 8);
    return codePoint === undefined ? undefined : `((${codePoint}&63)<<2)`;
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

  /** A number of at most 32 bits in a column of 64. */
  #low(name: ColumnName, value: string | undefined): string {
    return this.#wanted.has(name) ? `c_${name}[2*row]=${value ?? "0"};c_${name}[2*row+1]=0;` : "";
  }

  /** A counter of up to 64 bits; the columns are signed, so that the topmost bit is dropped. */
  #wide(name: ColumnName, place: Place | undefined): string {
    if (!this.#wanted.has(name)) return "";
    const { low, high } =
      place === undefined || place.length > 8 ? { low: "0", high: "0" } : read(place.length, place.at);
    const upper = high === "0" ? "0" : `${high}&2147483647`;
    return `c_${name}[2*row]=${low};c_${name}[2*row+1]=${upper};`;
  }
}
