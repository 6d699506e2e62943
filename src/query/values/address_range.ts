/** Ranges of addresses from text. */
import { ArgumentError } from "../../errors.js";
import { type AddressWords, parseAddress } from "../../text/parse_address.js";
import { argument } from "./argument.js";

/** Both ends inclusive, 128 bits; IPv4 as ::ffff:a.b.c.d. */
export interface AddressRange {
  readonly low: bigint;
  readonly high: bigint;
}

/** The 128 bits of four words. */
function addressNumber(words: AddressWords): bigint {
  return words.reduce((number, word) => (number << 32n) | BigInt(word), 0n);
}

/** IP_OR_CIDR_LIST: addresses and CIDR blocks, separated by commas. */
export function cidrList(given: string, option: string): readonly AddressRange[] {
  return given.split(",").map((each) => cidrBlock(each.trim(), option, given));
}

function cidrBlock(text: string, option: string, given: string): AddressRange {
  const [address = "", prefix, more] = text.split("/");
  const words = argument(() => parseAddress(address), option, given);
  const length = address.includes(":") ? 128 : 32;
  if (more !== undefined || (prefix !== undefined && !/^\d{1,3}$/.test(prefix)))
    throw new ArgumentError(option, `'${text}' is not a CIDR block`, option, given);
  const bits = prefix === undefined ? length : Number(prefix);
  if (bits > length)
    throw new ArgumentError(option, `Prefix length ${bits} is above the maximum of ${length}`, option, given);
  const size = 1n << BigInt(length - bits);
  const low = (addressNumber(words) / size) * size;
  return { low, high: low + size - 1n };
}
