/** The tables of rwaddrcount for other programs. */
import type { AddressPrint } from "./addrcount_tables.js";
import { IS_IPV4 } from "./partition/numbers.js";
import { simple, type ValueColumn } from "./table/value_column.js";
import type { Table } from "./table/write_table.js";
import type { VolumeLimits } from "./volume_limits.js";

const VOLUMES: readonly ValueColumn[] = ["bytes", "packets", "records"].map((name) =>
  simple(name, "integer", name, "BIGINT"),
);

/** @param column of flow records whose addresses are counted */
export function addressBins(print: AddressPrint, column: "sip" | "dip", limits: VolumeLimits): Table {
  const bins =
    `SELECT ${column}_lo AS low, count(*)::BIGINT AS records, sum(bytes)::BIGINT AS bytes, ` +
    "sum(packets)::BIGINT AS packets, min(stime) AS first, max(etime) AS last " +
    `FROM flows WHERE ${IS_IPV4} GROUP BY low`;
  if (print === "print-stat") return sums(bins, limits);
  const address: ValueColumn = {
    name: column,
    kind: "address",
    parts: [
      { sql: "0", type: "UBIGINT" },
      { sql: "low", type: "UBIGINT" },
    ],
  };
  const times = [
    simple("start_time", "time", "first", "TIMESTAMPTZ"),
    simple("end_time", "time", "last", "TIMESTAMPTZ"),
  ];
  return {
    columns: print === "print-ips" ? [address] : [address, ...VOLUMES, ...times],
    from: `(${bins}) WHERE ${limits.condition()} ORDER BY low`,
    order: "statement",
  };
}

/** Sums over all addresses, and over those within the limits when there are any. */
function sums(bins: string, limits: VolumeLimits): Table {
  const sum = (place: number, condition: string) =>
    `SELECT ${place} AS place, count(*)::BIGINT AS addresses, coalesce(sum(bytes), 0)::BIGINT AS bytes, ` +
    "coalesce(sum(packets), 0)::BIGINT AS packets, coalesce(sum(records), 0)::BIGINT AS records " +
    `FROM bins WHERE ${condition}`;
  const rows = [sum(0, "true"), ...(limits.given === "some" ? [sum(1, limits.condition())] : [])];
  return {
    columns: [
      { ...simple("bins", "label", "place", "INTEGER"), texts: ["Total", "Qualifying"] },
      simple("addresses", "integer", "addresses", "BIGINT"),
      ...VOLUMES,
    ],
    expressions: `bins AS (${bins})`,
    from: `(${rows.join(" UNION ALL ")}) ORDER BY place`,
    order: "statement",
  };
}
