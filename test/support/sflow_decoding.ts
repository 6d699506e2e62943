/** Decodes datagrams of sFlow one by one, without a session. */
import type { SampleCounts } from "../../src/formats/sflow/counts.js";
import { DataSources } from "../../src/formats/sflow/data_sources.js";
import { SflowDecoder } from "../../src/formats/sflow/decoder.js";
import { readSflowHeader } from "../../src/formats/sflow/header.js";
import type { Scale } from "../../src/record/scale.js";
import { RowCollector } from "./row_collector.js";
import type { PlainRow } from "./rows.js";

export interface DecodedDatagram {
  /** How its reading ended. */
  readonly end: "whole" | "cut off" | "no header";
  readonly counts: SampleCounts;
  readonly rows: readonly PlainRow[];
}

/** @param received microseconds since 1970 */
export function decodeSflow(view: DataView, received = 0, scale?: Scale): DecodedDatagram {
  const decoder = new SflowDecoder();
  const target = new RowCollector();
  const header = readSflowHeader(view);
  if (typeof header === "string") return { end: "no header", counts: decoder.counts, rows: [] };
  const end = decoder.decode(view, header, received, new DataSources({ left: 64 }), target, scale);
  return { end, counts: decoder.counts, rows: target.rows };
}
