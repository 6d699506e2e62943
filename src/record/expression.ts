/**
 * Source text that reads a field of a record, for code that is generated once and then runs for every record. The text
 * uses the variables `u8`, `u16`, `u32` (views of the batch), INTERFACE_INDEX and `o`, `h`, `w` (the record's offset in octets, in
 * 16-bit and in 32-bit words).
 */
import type { Field } from "./field.js";
import { field } from "./fields.js";
import { groupOffset } from "./layout.js";
import { OUTER_PORTS, TUNNEL } from "./tunnel.js";

/** A number of up to 64 bits as two expressions of 32 bits. */
export interface Words {
  readonly low: string;
  readonly high: string;
}

/** Octet offset of a stored field in a record with the given groups. */
export function fieldOffset(of: Field, groups: number): number {
  if (of.storage.kind === "computed") throw new RangeError(`${of.name} is computed, not stored`);
  if (of.group === "base") return of.storage.offset;
  const start = groupOffset(groups, of.group);
  if (start < 0) throw new RangeError(`${of.name} needs the ${of.group} statistics`);
  return start + of.storage.offset;
}

/** The 32-bit halves of a field; addresses and MAC addresses are no numbers and have none. */
export function words(of: Field, groups: number): Words {
  if (of.storage.kind === "computed") return computedWords(of, groups);
  const offset = fieldOffset(of, groups);
  switch (of.storage.kind) {
    case "u8":
      return { low: `u8[o+${offset}]`, high: "0" };
    case "slot":
      return { low: `INTERFACE_INDEX[u8[o+${offset}]]`, high: "0" };
    case "u16":
      return { low: `u16[h+${offset >> 1}]`, high: "0" };
    case "u32":
      return { low: `u32[w+${offset >> 2}]`, high: "0" };
    case "u64":
      return { low: `u32[w+${offset >> 2}]`, high: `u32[w+${(offset >> 2) + 1}]` };
    default:
      throw new RangeError(`${of.name} is not a number`);
  }
}

/** A field as one JavaScript number, exact up to 2^53. */
export function numeric(of: Field, groups: number): string {
  if (of.name === "duration") {
    return `(${numeric(field("flowEnd"), groups)}-${numeric(field("flowStart"), groups)})`;
  }
  const { low, high } = words(of, groups);
  return high === "0" ? low : `(${high}*4294967296+${low})`;
}

function computedWords(of: Field, groups: number): Words {
  const from = of.storage.kind === "computed" ? of.storage.from : [];
  const sources = from.map((name) => words(field(name), groups));
  const a = sources[0]?.low ?? "0";
  const b = sources[1]?.low ?? "0";
  switch (of.name) {
    case "linkOctets":
    case "reverseLinkOctets":
      return { low: `(${a}+${b}>>>0)`, high: `(${sources[0]?.high}+(${a}+${b}>4294967295?1:0))` };
    case "tcpFlags":
    case "reverseTcpFlags":
      return { low: `(${a}|${b})`, high: "0" };
    case "icmpTypeCode":
    case "reverseIcmpTypeCode":
      return { low: `(${a}&65535)`, high: "0" };
    case "icmpType":
      return { low: `(${a}>>>8)`, high: "0" };
    case "icmpCode":
      return { low: `(${a}&255)`, high: "0" };
    case "silkTcpState":
      // SiLK's bits: 0x08 packets after FIN, 0x10 uniform size, 0x20 timeout killed, 0x40 timeout started.
      return { low: `(${a}&8|(${a}&4)<<2|(${a}&48)<<1)`, high: "0" };
    case "outerProtocolIdentifier":
      return {
        low: `(${a}===0?0:${a}<${TUNNEL["6in4"]}?4:${a}<${TUNNEL.gre}?41:${a}===${TUNNEL.gre}?47:17)`,
        high: "0",
      };
    case "outerDestinationTransportPort": {
      const cases = Object.entries(OUTER_PORTS).map(([kind, port]) => `${a}===${kind}?${port}:`);
      return { low: `(${cases.join("")}0)`, high: "0" };
    }
    default:
      throw new RangeError(`${of.name} is not a number`);
  }
}
