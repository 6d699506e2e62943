/** `--accept-from`, `accept-from-host`: the addresses that messages may come from. */
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { InputError, UsageError } from "../errors.js";

export class AcceptList {
  /** Undefined accepts everybody. Looked up once a peer: its speed does not matter. */
  readonly #blocks: BlockList | undefined;

  private constructor(blocks: BlockList | undefined) {
    this.#blocks = blocks;
  }

  static readonly EVERYBODY = new AcceptList(undefined);

  /**
   * @param words addresses, CIDR blocks and host names, which are looked up now; none accept everybody
   * @param option what messages call their origin
   * @throws UsageError when a word is none of these; InputError when a name is not found
   */
  static async of(words: readonly string[], option: string): Promise<AcceptList> {
    if (words.length === 0) return AcceptList.EVERYBODY;
    const blocks = new BlockList();
    for (const word of words) await addWord(blocks, word, option);
    return new AcceptList(blocks);
  }

  /** @param address dotted IPv4, or IPv6 */
  accepts(address: string): boolean {
    return this.#blocks?.check(address, address.includes(":") ? "ipv6" : "ipv4") ?? true;
  }
}

/** @throws UsageError unless it is an address, a CIDR block, or may be a host's name */
export function checkAcceptWord(word: string, option: string): void {
  const [host = "", bits, more] = word.split("/");
  const family = isIP(host);
  const isBlock = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
  // A name whose last label is a number is a mistyped address (RFC 1123 section 2.1).
  const isName = bits === undefined && /^(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*\.?$/i.test(host);
  if (more !== undefined || (family === 0 ? !isName : !isBlock))
    throw new UsageError(`${option} '${word}' is no address, CIDR block or host name`);
}

async function addWord(blocks: BlockList, word: string, option: string): Promise<void> {
  checkAcceptWord(word, option);
  const [host = "", bits] = word.split("/");
  const family = isIP(host);
  if (family !== 0) {
    blocks.addSubnet(host, bits === undefined ? (family === 4 ? 32 : 128) : Number(bits), `ipv${family as 4 | 6}`);
    return;
  }
  try {
    for (const each of await lookup(host, { all: true }))
      blocks.addAddress(each.address, each.family === 6 ? "ipv6" : "ipv4");
  } catch {
    throw new InputError(`${option} ${host}: there is no such host`);
  }
}
