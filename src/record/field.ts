/** What one row of the flow field table states, and the builders that keep the rows short. */
import type { GroupName } from "./layout.js";

/** Private enterprise numbers of the elements in use. */
export const PEN = { iana: 0, cert: 6871, reverse: 29305 } as const;

/** Direction of a field: 0 forward (that of the first packet) or undirected, 1 reverse. */
export type Direction = 0 | 1;

/** How the wire's value follows from the field's: `same` is the number itself, in network order. */
export type Encoding =
  | "same"
  | "ipv4"
  | "ipv6"
  | "dateTimeMilliseconds"
  | "dateTimeMicroseconds"
  | "reverseFlowStart"
  | "milliseconds"
  | "flowAttributes"
  | "silkTcpState"
  | "tcpOptions"
  | "windowScale"
  | "layer2Segment";

/** An IPFIX information element that carries a field. */
export interface Element {
  /** Name in the registry, with `reverse` prefixed as RFC 5103 section 6.1 does. */
  readonly name: string;
  readonly pen: number;
  readonly id: number;
  /** Octets flowtap encodes, at most those of the element's type (RFC 7011 section 6.2). */
  readonly length: number;
  /** Octets of the reduced-size variant for sets in which every value fits. */
  readonly reduced?: number;
  readonly encoding: Encoding;
}

/**
 * Where a field lies: octet offset within its group, or the fields it is computed from. A `slot` is an octet that stands
 * for the number in INTERFACE_INDEX.
 */
export type Storage =
  | { readonly kind: "u8" | "u16" | "u32" | "u64" | "address" | "mac" | "slot"; readonly offset: number }
  | { readonly kind: "computed"; readonly from: readonly string[] };

/** Column in the store; an address is two columns, upper and lower 64 bits. */
export type ParquetType = "SMALLINT" | "INTEGER" | "BIGINT" | "TIMESTAMPTZ" | "2 UBIGINT" | "VARCHAR";

export type Unit = "" | "octets" | "packets" | "microseconds" | "hops" | "flags" | "labels" | "shift";

/** SiLK's name, number in `--fields` (none for the ICMP pair), column title and width. */
export interface SilkField {
  readonly name: string;
  readonly number?: number;
  readonly title: string;
  readonly width: number;
}

/** One flow field. */
export interface Field {
  readonly name: string;
  readonly direction: Direction;
  readonly group: "base" | GroupName;
  readonly storage: Storage;
  readonly unit: Unit;
  readonly parquet: ParquetType;
  readonly meaning: string;
  readonly elements: readonly Element[];
  readonly netflow9?: { readonly type: number; readonly length: number };
  readonly silk?: SilkField;
}

/** A row as it is written down: what is usual is left out. */
export interface Row {
  readonly group?: GroupName;
  readonly unit?: Unit;
  readonly parquet?: ParquetType;
  readonly elements?: readonly Element[];
  readonly netflow9?: readonly [type: number, length: number];
  readonly silk?: readonly [name: string, number: number | undefined, title: string, width: number];
}

/** An element of the IANA registry. */
export function iana(
  id: number,
  name: string,
  length: number,
  rest: { encoding?: Encoding; reduced?: number } = {},
): Element {
  return { pen: PEN.iana, id, name, length, encoding: "same", ...rest };
}

/** An element of CERT's registry. */
export function cert(id: number, name: string, length: number, encoding: Encoding = "same"): Element {
  return { pen: PEN.cert, id, name, length, encoding };
}

/** `octets` -> `reverseOctets`. */
export function reverseName(name: string): string {
  return `reverse${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The reverse of an element: PEN 29305 for IANA's (RFC 5103 section 6.1), bit 0x4000 for CERT's. */
export function reverseElement(element: Element): Element {
  const reversed = { ...element, name: reverseName(element.name) };
  return element.pen === PEN.iana ? { ...reversed, pen: PEN.reverse } : { ...reversed, id: element.id | 0x4000 };
}

const PARQUET = {
  u8: "SMALLINT",
  u16: "INTEGER",
  u32: "BIGINT",
  u64: "BIGINT",
  address: "2 UBIGINT",
  mac: "BIGINT",
  slot: "BIGINT",
  computed: "BIGINT",
} as const;

function build(name: string, direction: Direction, storage: Storage, meaning: string, row: Row): Field {
  return {
    name,
    direction,
    group: row.group ?? "base",
    storage,
    unit: row.unit ?? "",
    parquet: row.parquet ?? PARQUET[storage.kind],
    meaning,
    elements: row.elements ?? [],
    ...(row.netflow9 && { netflow9: { type: row.netflow9[0], length: row.netflow9[1] } }),
    ...(row.silk && {
      silk: {
        name: row.silk[0],
        ...(row.silk[1] !== undefined && { number: row.silk[1] }),
        title: row.silk[2],
        width: row.silk[3],
      },
    }),
  };
}

type Kind = Exclude<Storage["kind"], "computed">;

/** A field without direction. */
export function one(name: string, kind: Kind, offset: number, meaning: string, row: Row = {}): Field {
  return build(name, 0, { kind, offset }, meaning, row);
}

/** A field computed from others. */
export function computed(name: string, from: readonly string[], meaning: string, row: Row = {}): Field {
  return build(name, 0, { kind: "computed", from }, meaning, row);
}

function reverseRow(row: Row): Row {
  // SiLK and NetFlow v9 records have one direction: the reverse one becomes a record of its own.
  return {
    ...(row.group && { group: row.group }),
    ...(row.unit && { unit: row.unit }),
    ...(row.parquet && { parquet: row.parquet }),
    elements: (row.elements ?? []).map(reverseElement),
  };
}

/** A field of both directions: `offsets` as in layout.ts, forward then reverse. */
export function pair(
  name: string,
  kind: Kind,
  offsets: readonly [number, number],
  meaning: string,
  row: Row = {},
): readonly [Field, Field] {
  return [
    build(name, 0, { kind, offset: offsets[0] }, meaning, row),
    build(reverseName(name), 1, { kind, offset: offsets[1] }, `${meaning}, reverse direction`, reverseRow(row)),
  ];
}

/** A field of both directions, computed from fields of the same direction. */
export function computedPair(
  name: string,
  from: readonly string[],
  meaning: string,
  row: Row = {},
): readonly [Field, Field] {
  return [
    build(name, 0, { kind: "computed", from }, meaning, row),
    build(
      reverseName(name),
      1,
      { kind: "computed", from: from.map(reverseName) },
      `${meaning}, reverse direction`,
      reverseRow(row),
    ),
  ];
}
