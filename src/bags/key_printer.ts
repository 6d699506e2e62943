/** Text of a bag's keys. */
import { countryText } from "../country/country_code.js";
import { NO_LABEL, type PrefixMap } from "../formats/silk/prefix_map.js";
import { MAPPED_IPV4 } from "../record/columns.js";
import type { Site } from "../site/site.js";
import { PADDED_TCP_FLAGS, TCP_FLAGS } from "../text/flags.js";
import { addressFormatter, addressWidth } from "../text/ip_format.js";
import { timePrinter, timeWidth } from "../text/silk_time.js";
import { attributeText } from "./attributes.js";
import type { Bag } from "./bag.js";
import { addressFormat, type KeyFormat, type NumberFormat, numberFormat, timeKeyFormat } from "./key_format.js";

export interface KeyPrinter {
  /** Characters of the widest key. */
  readonly width: number;
  /** What the native formatter prints the same text of, when it does: an IPv4 address or a number. */
  readonly native?: "address" | "integer";
  /** Text of the key of the bag's width at word `at`. */
  text(keys: Uint32Array, at: number): string;
}

/** What keys that are numbers stand for. */
export interface KeyNames {
  /** Names of sensors, asked for only when they are needed. */
  readonly site: () => Site;
  /** Labels, when a map of them is known. */
  readonly labels: PrefixMap | undefined;
}

/**
 * What prints the keys of a bag.
 *
 * @param padding whether letters stand in fixed places
 * @throws ArgumentError when the format is none for keys of this type
 */
export function keyPrinter(
  bag: Bag,
  format: KeyFormat,
  { site, labels }: KeyNames,
  padding: "padded" | "unpadded",
): KeyPrinter {
  const { kind } = bag.type.key;
  if (bag.hasAddresses) return addressPrinter(bag, format);
  const of = ofNumber(bag);
  if (kind === "time") {
    const asked = timeKeyFormat(format, bag.type.key);
    if ("base" in asked) return of(10, numberText(asked));
    const print = timePrinter(asked);
    return of(timeWidth(asked), (seconds) => print(1000 * seconds));
  }
  const asked = numberFormat(format, bag.type.key);
  if (asked !== undefined || kind === "number" || (kind === "label" && labels === undefined)) {
    const printer = of(asked?.base === 16 ? 8 : 10, numberText(asked ?? { base: 10, padding: "none" }));
    return asked === undefined || (asked.base === 10 && asked.padding === "none")
      ? { ...printer, native: "integer" }
      : printer;
  }
  if (kind === "tcp-flags") {
    const letters = padding === "padded" ? PADDED_TCP_FLAGS : TCP_FLAGS;
    return of(8, (flags) => letters[flags & 255]!);
  }
  if (kind === "attributes") return of(8, (bits) => attributeText(bits, padding));
  if (kind === "country") return of(2, countryText);
  if (kind === "label") return of(labelWidth(bag, labels!), (value) => labels!.label(value));
  const names = site();
  return of(Math.max(1, ...names.config.sensors.map(({ name }) => name.length)), (id) => names.sensorName(id));
}

/** Characters of the longest label that the map has, and of what stands for none where there is such a key. */
function labelWidth({ keys, width, count }: Bag, { labels }: PrefixMap): number {
  const longest = labels.reduce((most, { length }) => Math.max(most, length), 1);
  const unknown = count > 0 && keys[count * width - 1]! >= labels.length;
  return unknown ? Math.max(longest, NO_LABEL.length) : longest;
}

function addressPrinter(bag: Bag, format: KeyFormat): KeyPrinter {
  const versions = bag.isNarrow ? 4 : 6;
  const ip = addressFormat(format, bag.type.key, versions);
  const text = addressFormatter(ip);
  const usual = ip.notation === "canonical" && ip.padding === "none" && ip.ipv4 === "as-ipv4" && versions === 4;
  return {
    ...(usual && { native: "address" as const }),
    width: addressWidth(ip, versions === 4 ? "ipv4" : "ipv4-and-ipv6"),
    text:
      bag.width === 1
        ? (keys, at) => text(0, 0, MAPPED_IPV4, keys[at]!)
        : (keys, at) => text(keys[at]!, keys[at + 1]!, keys[at + 2]!, keys[at + 3]!),
  };
}

/** A printer of keys that are one number, the last word of the key. */
function ofNumber({ width }: Bag): (columns: number, text: (value: number) => string) => KeyPrinter {
  return (columns, text) => ({ width: columns, text: (keys, at) => text(keys[at + width - 1]!) });
}

function numberText({ base, padding }: NumberFormat): (value: number) => string {
  const digits = padding === "none" ? 0 : base === 16 ? 8 : 10;
  return (value) => value.toString(base).padStart(digits, "0");
}
