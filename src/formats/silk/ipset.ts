/** IPset files (format 0x1D): which record version is read and written how. */
import { InputError } from "../../errors.js";
import type { OctetSink } from "../../files/octet_sink.js";
import type { OctetSource } from "../../files/octet_source.js";
import type { AddressSet } from "../../sets/address_set.js";
import { AddressSetBuilder } from "../../sets/set_builder.js";
import { BodyWriter, openBody } from "./body.js";
import type { Compression } from "./compression.js";
import { formatName, SILK_FORMAT } from "./format.js";
import { readSilkHeader, type SilkHeader, writeSilkHeader } from "./header.js";
import type { HeaderEntry } from "./header_entry.js";
import type { IpsetReader } from "./ipset_body.js";
import { readCidrBitmap, writeCidrBitmap } from "./ipset_cidrbmap.js";
import { readClassC, writeClassC } from "./ipset_classc.js";
import { readRadix } from "./ipset_radix.js";
import { readSlash64, writeSlash64 } from "./ipset_slash64.js";

const READERS: Readonly<Record<number, IpsetReader>> = {
  1: readClassC,
  2: readClassC,
  3: readRadix,
  4: readCidrBitmap,
  5: readSlash64,
};

/** Versions that are written: 3 is a dump of SiLK's own tree in memory, and nothing needs it. */
export type IpsetVersion = 2 | 4 | 5;

/** A set and the header of its file, which text has none of. */
export interface IpsetFile {
  readonly set: AddressSet;
  readonly header: SilkHeader | undefined;
}

/**
 * Reads an IPset file from its start.
 *
 * @throws InputError naming the file: no IPset, cut off, damaged
 */
export function readIpset(source: OctetSource): IpsetFile {
  const header = readSilkHeader(source);
  if (header.format !== SILK_FORMAT.IPSET) {
    const format = formatName(header.format) ?? `0x${header.format.toString(16)}`;
    throw new InputError(`${source.name}: not an IPset but a SiLK file of format ${format}`);
  }
  const read = READERS[header.recordVersion];
  if (read === undefined)
    throw new InputError(`${source.name}: record version ${header.recordVersion} of IPsets is not supported`);
  const builder = new AddressSetBuilder();
  read(header, openBody(source, header.compression), builder);
  return { set: builder.build(), header };
}

/**
 * The version that a set is written in. Version 2 holds no IPv6 and version 5 nothing else: the default stands in.
 *
 * @param wanted 0 for the default: 2 when all addresses are IPv4, else 4, which SiLK reads since 3.7
 */
export function ipsetVersion(set: AddressSet, wanted: 0 | IpsetVersion): IpsetVersion {
  if (set.hasIpv6) return wanted === 5 ? 5 : 4;
  return wanted === 0 || wanted === 2 ? 2 : 4;
}

/** Writes an IPset file; `entries` come first in its header. */
export function writeIpset(
  sink: OctetSink,
  set: AddressSet,
  version: IpsetVersion,
  compression: Compression,
  entries: readonly HeaderEntry[],
): void {
  const shape: HeaderEntry = {
    kind: "ipset",
    childrenPerNode: 0,
    leafCount: 0,
    leafSize: set.hasIpv6 ? 16 : 4,
    nodeCount: 0,
    nodeSize: 0,
    root: 0,
  };
  writeSilkHeader(sink, {
    byteOrder: "little",
    format: SILK_FORMAT.IPSET,
    compression,
    recordLength: 1,
    recordVersion: version,
    entries: version === 2 ? entries : [...entries, shape],
  });
  const body = new BodyWriter(sink, compression, 1);
  if (version === 2) writeClassC(set.ipv4, body);
  else if (version === 4) writeCidrBitmap(set.hasIpv6 ? set.asIpv6() : set.ipv4, body);
  else writeSlash64(set.asIpv6(), body);
  body.flush();
}
