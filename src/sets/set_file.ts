/** Files of address sets: SiLK's IPsets, and text with addresses, CIDR blocks, ranges or wildcards a line. */
import { isStdout, openSink } from "../files/octet_sink.js";
import { OctetSource } from "../files/octet_source.js";
import type { Compression } from "../formats/silk/compression.js";
import { isSilk } from "../formats/silk/header.js";
import type { HeaderEntry } from "../formats/silk/header_entry.js";
import { type IpsetFile, type IpsetVersion, ipsetVersion, readIpset, writeIpset } from "../formats/silk/ipset.js";
import type { AddressSet } from "./address_set.js";
import { AddressSetBuilder } from "./set_builder.js";
import { addLines } from "./text_lines.js";

/**
 * Reads a set from a file, or standard input (`-`, `stdin`). What does not begin as a SiLK file is text.
 *
 * @throws InputError naming the file, and the line of text
 */
export function loadAddressSet(path: string): AddressSet {
  return loadSetFile(path).set;
}

/** The same with the file's header. */
export function loadSetFile(path: string): IpsetFile {
  const source = new OctetSource(path);
  try {
    if (isSilk(source)) return readIpset(source);
    const builder = new AddressSetBuilder();
    addLines(source, { kind: "wildcards or ranges" }, builder);
    return { set: builder.build(), header: undefined };
  } finally {
    source.close();
  }
}

export interface SaveOptions {
  /** 0 or none: the default for the set's addresses. */
  readonly version?: 0 | IpsetVersion;
  readonly compression?: Compression;
  /** Command lines and notes for the header, oldest first. */
  readonly entries?: readonly HeaderEntry[];
}

/**
 * Writes a set as IPset file, or to standard output (`-`, `stdout`).
 *
 * @throws OutputError naming the path; ClosedPipeError
 */
export function saveAddressSet(path: string, set: AddressSet, options: SaveOptions = {}): void {
  const sink = openSink(path, "binary");
  try {
    const version = ipsetVersion(set, options.version ?? 0);
    writeIpset(sink, set, version, options.compression ?? "none", options.entries ?? []);
  } catch (error) {
    if (!isStdout(path)) sink.abort();
    throw error;
  }
  sink.close();
}
