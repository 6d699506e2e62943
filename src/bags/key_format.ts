/** `--key-format`: how rwbagcat prints keys. */
import type { Arguments, Switch } from "../cli/switches.js";
import { ArgumentError } from "../errors.js";
import { CANONICAL, type IpFormat, parseIpFormat } from "../text/ip_format.js";
import type { TimeFormat } from "../text/silk_time.js";
import type { FieldType } from "./field_type.js";

export const KEY_FORMAT_SWITCHES: readonly Switch[] = [
  {
    name: "key-format",
    argument: "FORMAT,…",
    values: [
      "canonical",
      "no-mixed",
      "map-v4",
      "unmap-v6",
      "force-ipv6",
      "decimal",
      "hexadecimal",
      "zero-padded",
      "timestamp",
      "iso-time",
      "m/d/y",
      "epoch",
      "utc",
      "localtime",
    ],
    group: "Table",
    help:
      "How to print keys: canonical, no-mixed, decimal, hexadecimal, zero-padded, map-v4, unmap-v6, force-ipv6; of times " +
      "timestamp, iso-time, m/d/y, epoch, utc, localtime; several with commas",
    fallback: "as the key's type says; SILK_IP_FORMAT for addresses",
  },
  { name: "integer-keys", group: "Table", help: "The same as --key-format=decimal", legacy: true },
  { name: "zero-pad-ips", group: "Table", help: "The same as --key-format=zero-padded", legacy: true },
];

const ADDRESS_WORDS = ["canonical", "no-mixed", "map-v4", "unmap-v6", "force-ipv6"] as const;
const NUMBER_WORDS = ["decimal", "hexadecimal", "zero-padded"] as const;
const TIME_WORDS = ["timestamp", "iso-time", "m/d/y", "epoch", "utc", "localtime"] as const;

type FormatWord = (typeof ADDRESS_WORDS)[number] | (typeof NUMBER_WORDS)[number] | (typeof TIME_WORDS)[number];

const WORDS: readonly FormatWord[] = [...ADDRESS_WORDS, ...NUMBER_WORDS, ...TIME_WORDS];

/** What the user asked for; no words for what is usual. */
export interface KeyFormat {
  readonly words: readonly FormatWord[];
  /** As it was typed. */
  readonly given: string;
}

/** @throws ArgumentError naming a word that is unknown or ambiguous */
export function keyFormat(args: Arguments): KeyFormat {
  const given = args.value("key-format");
  if (given !== undefined)
    return {
      words: given
        .split(",")
        .filter((word) => word !== "")
        .map((word) => wordOf(word, given)),
      given,
    };
  if (args.flag("integer-keys")) return { words: ["decimal"], given: "decimal" };
  if (args.flag("zero-pad-ips")) return { words: ["zero-padded"], given: "zero-padded" };
  return { words: [], given: "" };
}

function wordOf(text: string, given: string): FormatWord {
  const word = text.trim().toLowerCase();
  const found = WORDS.filter((each) => each === word);
  const candidates = found.length > 0 ? found : WORDS.filter((each) => each.startsWith(word));
  if (candidates.length === 1) return candidates[0]!;
  const reason = candidates.length === 0 ? "Unrecognized value" : "Ambiguous value";
  throw new ArgumentError("key-format", `${reason} '${text}'`, "key-format", given);
}

/** How a key that is a plain number prints. */
export interface NumberFormat {
  readonly base: 10 | 16;
  readonly padding: "none" | "zeros";
}

/**
 * The format of addresses.
 *
 * @param versions whether the keys are IPv4 only: beside IPv6 ones, IPv4 addresses print as ::ffff:a.b.c.d
 * @throws ArgumentError when the format is one of times
 */
export function addressFormat({ words, given }: KeyFormat, type: FieldType, versions: 4 | 6): IpFormat {
  refuse(words, TIME_WORDS, type, given);
  const asked = given === "" ? environmentFormat() : parseIpFormat(words.join(","));
  return versions === 6 && !words.includes("unmap-v6") ? { ...asked, ipv4: "as-ipv6" } : asked;
}

/** SILK_IP_FORMAT; one that cannot be understood is as if it were not there. */
function environmentFormat(): IpFormat {
  try {
    return parseIpFormat(process.env.SILK_IP_FORMAT ?? "");
  } catch {
    return CANONICAL;
  }
}

/**
 * The format of numbers, and of keys with names when the user wants them as numbers.
 *
 * @returns undefined when nothing is asked for
 * @throws ArgumentError when the format is one of addresses or times
 */
export function numberFormat({ words, given }: KeyFormat, type: FieldType): NumberFormat | undefined {
  refuse(words, [...ADDRESS_WORDS, ...TIME_WORDS], type, given);
  if (words.length === 0) return undefined;
  return {
    base: words.includes("hexadecimal") ? 16 : 10,
    padding: words.includes("zero-padded") ? "zeros" : "none",
  };
}

/**
 * The format of times, or of times as numbers.
 *
 * @throws ArgumentError when the format is one of addresses
 */
export function timeKeyFormat({ words, given }: KeyFormat, type: FieldType): TimeFormat | NumberFormat {
  refuse(words, ADDRESS_WORDS, type, given);
  const asNumber = words.filter((each) => NUMBER_WORDS.some((number) => number === each));
  if (asNumber.length > 0) return numberFormat({ words: asNumber, given }, type)!;
  return {
    style: words.includes("epoch")
      ? "epoch"
      : words.includes("iso-time")
        ? "iso"
        : words.includes("m/d/y")
          ? "m/d/y"
          : "default",
    zone: words.includes("localtime") ? "local" : "utc",
    fraction: 0,
  };
}

function refuse(words: readonly FormatWord[], wrong: readonly FormatWord[], type: FieldType, given: string): void {
  const found = words.find((each) => wrong.includes(each));
  if (found !== undefined)
    throw new ArgumentError("key-format", `May not use '${found}' for keys of type ${type.name}`, "key-format", given);
}
