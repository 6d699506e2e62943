/** The columns that `rwpmaplookup` prints. */
import { UsageError } from "../errors.js";
import { addressFormatter, type IpFormat } from "../text/ip_format.js";
import type { TableColumn } from "../text/table.js";
import type { Answer, LookedUpMap } from "./looked_up_map.js";
import { keyFormatter, keyWidth } from "./map_keys.js";

export interface LookupColumn extends TableColumn {
  /** @param input the key as it was given; undefined for members of sets */
  cell(key: Uint32Array, answer: Answer, input: string | undefined): string;
}

const NAMES = ["key", "value", "input", "block", "start-block", "end-block"] as const;
type Name = (typeof NAMES)[number];

/** Columns of a list of names, which may be shortened. @throws UsageError in SiLK's words */
export function lookupColumns(list: string | undefined, map: LookedUpMap, ip: IpFormat): readonly LookupColumn[] {
  const names: readonly Name[] = list === undefined ? ["key", "value"] : list.split(",").map(nameOf);
  const twice = names.find((name, k) => names.indexOf(name) !== k);
  if (twice !== undefined) throw new UsageError(`Invalid fields: Duplicate name '${twice}'`);
  if (map.blocks === "unknown" && names.some((name) => name.endsWith("block")))
    throw new UsageError("Only prefix maps of SiLK tell blocks: use the fields key, value and input");
  return names.map((name) => column(name, map, ip));
}

function nameOf(word: string): Name {
  const text = word.trim().toLowerCase();
  const exact = NAMES.find((each) => each === text);
  const candidates = exact === undefined ? NAMES.filter((each) => text !== "" && each.startsWith(text)) : [exact];
  const [only, more] = candidates;
  if (only === undefined) throw new UsageError(`Invalid fields: No match was found for the field '${word}'`);
  if (more !== undefined) throw new UsageError(`Invalid fields: The field '${word}' matches multiple fields`);
  return only;
}

function column(name: Name, map: LookedUpMap, ip: IpFormat): LookupColumn {
  const width = keyWidth(map.key, ip);
  const block = keyFormatter(map.key, ip);
  const shown = addressFormatter(ip);
  const key = (words: Uint32Array) =>
    map.key === "proto-port" ? block(words) : shown(words[0]!, words[1]!, words[2]!, words[3]!);
  switch (name) {
    case "key":
      return { title: name, width, cell: key };
    case "value":
      return { title: name, width: map.width, cell: (_key, { value }) => value };
    case "input":
      return { title: name, width, cell: (words, _answer, input) => input ?? key(words) };
    case "start-block":
      return { title: name, width, cell: (_key, answer) => (answer.block ? block(answer.block.first) : "") };
    case "end-block":
      return { title: name, width, cell: (_key, answer) => (answer.block ? block(answer.block.last) : "") };
    case "block": {
      const ends = map.key === "proto-port";
      const addPrefix = map.key === "ipv4" && ip.ipv4 === "as-ipv6" ? 96 : 0;
      return {
        title: name,
        width: ends ? 2 * width + 1 : width + (width > 15 ? 4 : 3),
        cell(_key, { block: found }) {
          if (found === undefined) return "";
          const first = block(found.first);
          return ends ? `${first} ${block(found.last)}` : `${first}/${found.prefix + addPrefix}`;
        },
      };
    }
  }
}
