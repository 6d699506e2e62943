/** Text of the values of aggregate bags. */
import { attributeText } from "../bags/attributes.js";
import { countryText } from "../country/country_code.js";
import { MAPPED_IPV4 } from "../record/columns.js";
import type { Site } from "../site/site.js";
import { PADDED_TCP_FLAGS, TCP_FLAGS } from "../text/flags.js";
import { addressFormatter, addressWidth, type IpFormat } from "../text/ip_format.js";
import { type TimeFormat, timePrinter, timeWidth } from "../text/silk_time.js";
import type { TableColumn } from "../text/table.js";
import type { AggField } from "./agg_field.js";
import { classText } from "./class_number.js";

export interface AggPrintStyle {
  readonly site: Site;
  /** Without fractions of seconds, of which there are none. */
  readonly time: TimeFormat;
  readonly ip: IpFormat;
  /** How the IPv4 addresses among IPv6 ones print. */
  readonly mappedIpv4: IpFormat["ipv4"];
  readonly sensors: "names" | "numbers";
  readonly flags: "letters" | "numbers";
  /** Letters of flags stand in fixed places. */
  readonly padding: "padded" | "unpadded";
}

export interface FieldPrinter extends TableColumn {
  /** Text of the value that begins at word `at`. */
  text(words: Uint32Array, at: number): string;
}

/** What prints a field. */
export function fieldPrinter(field: AggField, style: AggPrintStyle): FieldPrinter {
  const { name: title, kind, octets } = field;
  const { site, time, sensors } = style;
  switch (kind) {
    case "address":
      return addressPrinter(field, style);
    case "time": {
      const print = timePrinter(time);
      return { title, width: timeWidth(time), text: (words, at) => print(1000 * number64(words, at)) };
    }
    case "tcp-flags": {
      if (style.flags === "numbers") return ofWord(title, 3, String);
      const letters = style.padding === "padded" ? PADDED_TCP_FLAGS : TCP_FLAGS;
      return ofWord(title, 8, (flags) => letters[flags & 255]!);
    }
    case "attributes":
      return ofWord(title, 8, (bits) => attributeText(bits, style.padding));
    case "country":
      return ofWord(title, field.width, countryText);
    case "sensor":
      if (sensors === "numbers") return ofWord(title, 5, String);
      return ofWord(title, widest(site.config.sensors), (id) => site.sensorName(id));
    case "class":
      return ofWord(title, widest(site.config.classes), (number) => classText(site, number));
    case "type":
      return ofWord(title, widest(site.config.flowtypes.map(({ type }) => ({ name: type }))), (id) =>
        site.typeName(id),
      );
    default:
      return octets === 8 ? { title, width: field.width, text: number64Text } : ofWord(title, field.width, String);
  }
}

function addressPrinter({ name: title, octets }: AggField, { ip, mappedIpv4 }: AggPrintStyle): FieldPrinter {
  if (octets === 4) {
    const text = addressFormatter(ip);
    return { title, width: addressWidth(ip, "ipv4"), text: (words, at) => text(0, 0, MAPPED_IPV4, words[at]!) };
  }
  const text = addressFormatter({ ...ip, ipv4: mappedIpv4 });
  return {
    title,
    width: addressWidth(ip, "ipv4-and-ipv6"),
    text: (words, at) => text(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!),
  };
}

function ofWord(title: string, width: number, text: (value: number) => string): FieldPrinter {
  return { title, width, text: (words, at) => text(words[at]!) };
}

/** Columns for the longest name; numbers of 5 digits where there are none. */
function widest(named: readonly { readonly name: string }[]): number {
  return named.length === 0 ? 5 : Math.max(...named.map(({ name }) => name.length));
}

/** A number of two words, exact up to 2^53. */
function number64(words: Uint32Array, at: number): number {
  return words[at]! * 0x1_0000_0000 + words[at + 1]!;
}

/** Digits of a number of two words, the high one first. */
export function number64Text(words: Uint32Array, at: number): string {
  const high = words[at]!;
  // Up to 2^53 a plain number is exact, and much cheaper.
  if (high < 0x20_0000) return String(number64(words, at));
  return String((BigInt(high) << 32n) | BigInt(words[at + 1]!));
}
