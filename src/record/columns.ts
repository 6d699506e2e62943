/**
 * The unidirectional flow record of store, pipes and queries: one row per direction of a flow, in columns. A column is
 * named as in SQL and Parquet; the rows here tie each to its flow field.
 */

import { ATTRIBUTE } from "./layout.js";

/** SQL and Parquet type. 64-bit numbers are held as two 32-bit halves, low first; the others as signed integers. */
export type ColumnType = "UBIGINT" | "BIGINT" | "TIMESTAMPTZ" | "INTEGER" | "SMALLINT";

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly meaning: string;
}

const column = <const Name extends string, const Type extends ColumnType>(name: Name, type: Type, meaning: string) => ({
  name,
  type,
  meaning,
});

/**
 * All columns in the order of the relation `flows`. Addresses are 16 octets as two numbers, IPv4 as ::ffff:a.b.c.d
 * (`hi` 0, `lo` 0xffffaabbccdd).
 */
export const COLUMNS = [
  column("stime", "TIMESTAMPTZ", "time of the first packet, microseconds since 1970-01-01 UTC"),
  column("etime", "TIMESTAMPTZ", "time of the last packet"),
  column("sip_hi", "UBIGINT", "source address, upper 64 bits"),
  column("sip_lo", "UBIGINT", "source address, lower 64 bits"),
  column("dip_hi", "UBIGINT", "destination address, upper 64 bits"),
  column("dip_lo", "UBIGINT", "destination address, lower 64 bits"),
  column("sport", "INTEGER", "source port"),
  column("dport", "INTEGER", "destination port; ICMP: type * 256 + code"),
  column("proto", "SMALLINT", "IP protocol number"),
  column("packets", "BIGINT", "packets"),
  column("bytes", "BIGINT", "octets of the IP packets, headers included"),
  column("flags", "SMALLINT", "TCP flags of all packets, or-ed"),
  column("initial_flags", "SMALLINT", "TCP flags of the first packet"),
  column("session_flags", "SMALLINT", "TCP flags of all packets but the first, or-ed"),
  column("attributes", "SMALLINT", "bits of ROW_ATTRIBUTE"),
  column("application", "INTEGER", "port number of the application protocol seen, 0 unknown"),
  column("sensor", "INTEGER", "sensor identifier of silk.conf, 65535 unknown"),
  column("flowtype", "SMALLINT", "identifier of class and type in silk.conf, 255 unknown"),
  column("input", "BIGINT", "interface the packets came in by, SNMP ifIndex"),
  column("output", "BIGINT", "interface the packets left by, SNMP ifIndex"),
  column("nhip_hi", "UBIGINT", "next hop address, upper 64 bits"),
  column("nhip_lo", "UBIGINT", "next hop address, lower 64 bits"),
  column("vlan", "INTEGER", "innermost 802.1Q tag, 0 untagged"),
  column("tos", "SMALLINT", "TOS or traffic class of the first packet"),
  column("min_ttl", "SMALLINT", "lowest TTL or hop limit"),
  column("max_ttl", "SMALLINT", "highest TTL or hop limit"),
  column("end_reason", "SMALLINT", "IPFIX flowEndReason, 0 unknown"),
  column("flow_id", "BIGINT", "the same number in both directions of a flow, 0 unknown"),
] as const satisfies readonly Column[];

export type ColumnName = (typeof COLUMNS)[number]["name"];

/** Bits of `attributes`: those of ATTRIBUTE in layout.ts, and those of rows. */
export const ROW_ATTRIBUTE = {
  ...ATTRIBUTE,
  /** `initial_flags` and `session_flags` were measured (SiLK's "expanded"). */
  flagsSeparate: 0x80,
  /** The row is the reverse half of a bidirectional flow. */
  reverse: 0x100,
  /** A firewall refused the flow (firewallEvent 3): it is of the null network's types. */
  denied: 0x200,
} as const;

/** `sensor` and `flowtype` of rows that have none. */
export const UNKNOWN_SENSOR = 65535;
export const UNKNOWN_FLOWTYPE = 255;

/** `lo` of an IPv4 address: its upper 32 bits. */
export const MAPPED_IPV4 = 0xffff;

type ArrayOf<Type extends ColumnType> = Type extends "INTEGER"
  ? Int32Array
  : Type extends "SMALLINT"
    ? Int16Array
    : Uint32Array;

/** A column's array: 64-bit types have two elements a row (low half at 2i), the others one. */
export type ColumnArray<Name extends ColumnName> = ArrayOf<Extract<(typeof COLUMNS)[number], { name: Name }>["type"]>;

/** Arrays of the columns that are present. */
export type ColumnArrays = { [Name in ColumnName]?: ColumnArray<Name> };

/** Octets of one value of a type. */
export function columnWidth(type: ColumnType): 2 | 4 | 8 {
  return type === "SMALLINT" ? 2 : type === "INTEGER" ? 4 : 8;
}

const BY_NAME: ReadonlyMap<string, Column> = new Map(COLUMNS.map((each) => [each.name, each]));

/** The column of that name. */
export function columnOf(name: ColumnName): Column {
  return BY_NAME.get(name)!;
}

/** Every column's name, in order. */
export const COLUMN_NAMES: readonly ColumnName[] = COLUMNS.map((each) => each.name);

/** A run of rows in columns; readers fill it, writers and DuckDB take from it. */
export class FlowColumns {
  /** Rows in use. */
  count = 0;
  readonly arrays: ColumnArrays;

  /**
   * @param capacity rows there is room for
   * @param names columns to hold; readers skip the others
   */
  constructor(
    readonly capacity: number,
    readonly names: readonly ColumnName[] = COLUMN_NAMES,
  ) {
    const arrays: Record<string, Int16Array | Int32Array | Uint32Array> = {};
    for (const name of names) {
      const width = columnWidth(columnOf(name).type);
      if (width === 2) arrays[name] = new Int16Array(capacity);
      else if (width === 4) arrays[name] = new Int32Array(capacity);
      else arrays[name] = new Uint32Array(2 * capacity);
    }
    this.arrays = arrays as ColumnArrays;
  }
}

/** Rows from a file or stream, read synchronously: DuckDB's table functions and the converters pull them. */
export interface RowSource {
  /**
   * Fills `into` from its start, sets its `count` and returns it; 0 is the end. The columns wanted are the same in each
   * call.
   * @throws InputError naming the file and the place
   */
  read(into: FlowColumns): number;
  close(): void;
}

/** Takes rows in order and writes them in some format. */
export interface RowSink {
  /** The arrays are valid only during the call. All columns are present. */
  write(rows: FlowColumns): void;
  /** Writes what is held back and the format's end. The octets are with the sink's `OctetSink` then. */
  end(): void;
}
