/** rwfilter's outputs as Parquet, each from one statement. */
import { openSink } from "../../files/octet_sink.js";
import type { FlowQuery } from "../flow_query.js";
import { siteMetadata } from "./parquet_site.js";
import { copyParquet, recordList } from "./parquet_table.js";

export interface DestinationPath {
  /** Which flows the output takes. */
  readonly kind: "pass" | "fail" | "all";
  readonly path: string;
  /** Flows it takes at most. */
  readonly most: number;
}

/** Where all flows stay for several statements, each with whether it passes: in memory or the engine's folder. */
const KEPT = "kept_flows";
const CONDITIONS = { pass: " WHERE passes", fail: " WHERE NOT passes", all: "" } as const;

/**
 * Writes all outputs, or leaves nothing of them.
 *
 * @param counted whether flows will be counted, too
 * @returns SELECT of packets, bytes and passes of all flows, when they are counted
 */
export async function filterToParquet(
  query: FlowQuery,
  outputs: readonly DestinationPath[],
  counted: "counted" | "uncounted",
): Promise<string> {
  const engine = await query.engine();
  const list = recordList(query.site);
  const direct = outputs.length === 1 && outputs[0]!.kind === "pass" && counted === "uncounted";
  const sinks = outputs.map(({ path }) => openSink(path, "binary"));
  try {
    if (!direct) {
      const flows = query.unfiltered(`SELECT *, (${query.condition}) AS passes FROM flows`);
      await engine.run(`CREATE TEMP TABLE ${KEPT} AS ${flows}`);
    }
    for (const [k, { kind, most }] of outputs.entries()) {
      const bound = most === Number.POSITIVE_INFINITY ? "" : ` LIMIT ${most}`;
      const select = direct
        ? query.statement(`SELECT ${list} FROM flows${bound}`)
        : `SELECT ${list} FROM ${KEPT}${CONDITIONS[kind]}${bound}`;
      await copyParquet(engine, select, sinks[k]!, [siteMetadata(query.site)]);
    }
  } catch (error) {
    for (const each of sinks) each.abort();
    throw error;
  }
  for (const each of sinks) each.close();
  return `SELECT packets, bytes, passes FROM ${KEPT}`;
}
