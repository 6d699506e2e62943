/** Prefix maps by path. */
import { InputError } from "../errors.js";
import { OctetSource } from "../files/octet_source.js";
import { SILK_FORMAT } from "../formats/silk/format.js";
import { readSilkHeader } from "../formats/silk/header.js";
import { type PrefixMap, type PrefixMapKey, prefixMapKind, readPrefixMap } from "../formats/silk/prefix_map.js";

/**
 * Reads a prefix map, or standard input (`-`, `stdin`).
 *
 * @throws InputError when it cannot be read, is none, is cut off or damaged
 */
export function loadPrefixMap(path: string): PrefixMap {
  const source = new OctetSource(path);
  try {
    return readPrefixMap(source);
  } finally {
    source.close();
  }
}

/** What a map's header tells. */
export interface MapHeading {
  readonly key: PrefixMapKey;
  /** Empty when it has none. */
  readonly name: string;
}

/**
 * Reads only the header of a map.
 *
 * @throws InputError when it cannot be read or is none of labels
 */
export function loadMapHeading(path: string): MapHeading {
  const source = new OctetSource(path);
  try {
    const header = readSilkHeader(source);
    const kind = header.format === SILK_FORMAT.PREFIXMAP ? prefixMapKind(header.recordVersion) : undefined;
    if (kind === undefined) throw new InputError(`${source.name}: not a prefix map`);
    return { key: kind.key, name: header.entries.find((each) => each.kind === "prefixmap")?.name ?? "" };
  } finally {
    source.close();
  }
}
