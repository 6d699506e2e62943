/** Turns the byte order of records as they stand: which octets make up a number follows from the record's layout. */
import type { Layout } from "./layouts/layout.js";

/** Octets of the number that each reading word of a layout reads in the file's byte order. */
const WIDTHS: Readonly<Record<string, number>> = { U16: 2, U24: 3, U32: 4, LOW: 8, HIGH: 8, SIGNED_HIGH: 8 };

interface NumberPlace {
  readonly at: number;
  readonly octets: number;
}

/** Where the numbers of more than one octet are. */
function numberPlaces(layout: Layout): readonly NumberPlace[] {
  const places = new Map<number, number>();
  const expressions = [layout, layout.packets, layout.bytes, layout.locals].flatMap((part) => Object.values(part));
  for (const text of expressions)
    if (typeof text === "string")
      for (const [, word, at] of text.matchAll(/\b(U16|U24|U32|LOW|HIGH|SIGNED_HIGH)\((\d+)\)/g))
        places.set(Number(at), WIDTHS[word!]!);
  // IPv6 records hold addresses in network order always.
  const { kind, sip, dip, nhip } = layout.addresses;
  if (kind === "ipv4") for (const at of [sip, dip, nhip]) if (at !== undefined) places.set(at, 4);
  return [...places].map(([at, octets]) => ({ at, octets }));
}

/** Turns the byte order of whole records in place. */
export type SwapRecords = (records: Uint8Array) => void;

export function recordSwapper(layout: Layout): SwapRecords {
  const { length } = layout;
  const pairs = numberPlaces(layout).flatMap(({ at, octets }) =>
    Array.from({ length: Math.floor(octets / 2) }, (_, k) => [at + k, at + octets - 1 - k] as const),
  );
  const low = Uint8Array.from(pairs.map(([first]) => first));
  const high = Uint8Array.from(pairs.map(([, last]) => last));
  return (records) => {
    for (let record = 0; record < records.length; record += length)
      for (let k = 0; k < low.length; k++) {
        const first = record + low[k]!;
        const last = record + high[k]!;
        const octet = records[first]!;
        records[first] = records[last]!;
        records[last] = octet;
      }
  };
}
