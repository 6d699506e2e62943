/** Rows as an IPFIX file of rwsilk2ipfix. What SiLK's records do not have is left out. */
import type { OctetSink } from "../../files/octet_sink.js";
import { type ColumnArrays, type FlowColumns, MAPPED_IPV4, ROW_ATTRIBUTE, type RowSink } from "../../record/columns.js";
import { SetBuffer } from "../set_buffer.js";
import { MESSAGE_HEADER, SET, SET_HEADER, writeMessageHeader } from "./message.js";
import {
  ALL_SILK_TEMPLATES,
  SILK_TEMPLATES,
  SINGLE_SILK_TEMPLATE,
  type SilkKind,
  type SilkTemplate,
} from "./silk_template.js";
import { writeTemplate } from "./template.js";

/** Octets of SiLK's longest message: those of recorded files end at 65492, where 65500 would not have gone in. */
const LARGEST = 65495;

const TCP = 6;
const ICMP = 1;
const ICMPV6 = 58;
/** TCP, UDP and SCTP. */
const WITH_PORTS: ReadonlySet<number> = new Set([TCP, 17, 132]);

export interface SilkIpfixWriterOptions {
  readonly templates: "by kind" | "single";
  /** Milliseconds since 1970, for the export time. Default the system clock. */
  readonly clock?: () => number;
}

export class SilkIpfixWriter implements RowSink {
  /** Records written. */
  count = 0;
  readonly #sink: OctetSink;
  readonly #templates: "by kind" | "single";
  readonly #clock: () => number;
  readonly #message = new SetBuffer(LARGEST, MESSAGE_HEADER, 1);
  #begun = false;
  #records = 0;
  #sequence = 0;

  /** @param sink is closed by the caller, after `end` */
  constructor(sink: OctetSink, { templates, clock = Date.now }: SilkIpfixWriterOptions) {
    this.#sink = sink;
    this.#templates = templates;
    this.#clock = clock;
  }

  write({ arrays, count }: FlowColumns): void {
    this.#begin();
    const message = this.#message;
    for (let i = 0; i < count; i++) {
      const template = this.#template(arrays, i);
      if (template.size + (message.setId === template.id ? 0 : SET_HEADER) > message.room) this.#flush();
      message.openSet(template.id);
      template.write(arrays, i, message.view, message.position);
      message.position += template.size;
      this.#records += 1;
    }
    this.count += count;
  }

  end(): void {
    this.#begin();
    this.#flush();
  }

  #template(arrays: ColumnArrays, i: number): SilkTemplate {
    if (this.#templates === "single") return SINGLE_SILK_TEMPLATE;
    return SILK_TEMPLATES[kindOf(arrays, i)][versionOf(arrays, i)];
  }

  /** Templates are a message of their own, before all records. */
  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#message.openSet(SET.template);
    for (const each of this.#templates === "single" ? [SINGLE_SILK_TEMPLATE] : ALL_SILK_TEMPLATES)
      this.#message.position = writeTemplate(each, this.#message.view, this.#message.position);
    this.#flush();
  }

  #flush(): void {
    if (this.#message.isEmpty) return;
    this.#message.closeSet();
    const { view, position } = this.#message;
    const exportTime = Math.floor(this.#clock() / 1000);
    writeMessageHeader(view, { length: position, exportTime, sequence: this.#sequence, domain: 0 });
    this.#sequence = (this.#sequence + this.#records) >>> 0;
    this.#records = 0;
    this.#sink.write(this.#message.take());
  }
}

/** The smallest record that has room for all that is not zero; what SiLK's flows have decides it as in SiLK. */
function kindOf(
  { proto, attributes, sport, dport, flags, initial_flags, session_flags }: ColumnArrays,
  i: number,
): SilkKind {
  const protocol = proto![i]!;
  const apart = (initial_flags![i]! | session_flags![i]!) !== 0;
  if (apart || (protocol === TCP && (attributes![i]! & ROW_ATTRIBUTE.flagsSeparate) !== 0)) return "flags-apart";
  if (protocol === TCP || flags![i] !== 0) return "flags";
  if (WITH_PORTS.has(protocol) || sport![i] !== 0) return "ports";
  if (protocol === ICMP || protocol === ICMPV6) return "icmp";
  return dport![i] === 0 ? "bare" : "ports";
}

function versionOf({ sip_hi, sip_lo, dip_hi, dip_lo, nhip_hi, nhip_lo }: ColumnArrays, i: number): 4 | 6 {
  const j = 2 * i;
  const mapped =
    sip_lo![j + 1] === MAPPED_IPV4 &&
    dip_lo![j + 1] === MAPPED_IPV4 &&
    (nhip_lo![j + 1] === MAPPED_IPV4 || (nhip_lo![j]! | nhip_lo![j + 1]!) === 0);
  const high = sip_hi![j]! | sip_hi![j + 1]! | dip_hi![j]! | dip_hi![j + 1]! | nhip_hi![j]! | nhip_hi![j + 1]!;
  return mapped && high === 0 ? 4 : 6;
}
