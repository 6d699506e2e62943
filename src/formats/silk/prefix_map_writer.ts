/** Writes SiLK's prefix maps; prefix_map.ts says what is in them. */
import type { OctetSink } from "../../files/octet_sink.js";
import { BodyWriter } from "./body.js";
import { SILK_FORMAT } from "./format.js";
import { type ByteOrder, writeSilkHeader } from "./header.js";
import type { HeaderEntry } from "./header_entry.js";
import type { PrefixMapKey } from "./prefix_map.js";

/** Record versions of maps of labels. */
const RECORD_VERSION: Readonly<Record<PrefixMapKey, number>> = { ipv4: 2, "proto-port": 3, ipv6: 4 };

/** Nodes that become octets at a time. */
const PIECE = 1 << 15;

export interface WrittenPrefixMap {
  readonly key: PrefixMapKey;
  /** Empty for none. */
  readonly name: string;
  /** Two words a node, as they are in the file. */
  readonly nodes: Int32Array;
  /** Labels by value. */
  readonly labels: readonly string[];
}

/**
 * Writes a map of labels. SiLK never compresses them.
 *
 * @param entries command lines and notes for the header
 */
export function writePrefixMap(
  sink: OctetSink,
  { key, name, nodes, labels }: WrittenPrefixMap,
  entries: readonly HeaderEntry[],
  byteOrder: ByteOrder = "little",
): void {
  const named: readonly HeaderEntry[] = name === "" ? [] : [{ kind: "prefixmap", version: 1, name }];
  writeSilkHeader(sink, {
    byteOrder,
    format: SILK_FORMAT.PREFIXMAP,
    compression: "none",
    recordLength: 1,
    recordVersion: RECORD_VERSION[key],
    entries: [...named, ...entries],
  });
  const body = new BodyWriter(sink, "none", 1);
  const words = (values: ArrayLike<number>) => {
    const view = new DataView(new ArrayBuffer(4 * values.length));
    for (let k = 0; k < values.length; k++) view.setInt32(4 * k, values[k]!, byteOrder === "little");
    body.write(new Uint8Array(view.buffer));
  };
  words([nodes.length / 2]);
  for (let at = 0; at < nodes.length; at += 2 * PIECE) words(nodes.subarray(at, at + 2 * PIECE));
  const dictionary = new TextEncoder().encode(labels.map((each) => `${each}\0`).join(""));
  words([dictionary.length]);
  body.write(dictionary);
  body.flush();
}
