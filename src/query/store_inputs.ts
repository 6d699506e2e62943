/** The flows of a store or of a tree of SiLK files, as the selection switches choose them. */
import type { Arguments } from "../cli/switches.js";
import type { Site } from "../site/site.js";
import { classifiedRelation } from "../store/journal_rows.js";
import { FlowFiles } from "./flow_files.js";
import { FlowInputs, type Segment } from "./flow_inputs.js";
import { openSelection } from "./selection_files.js";

export interface QueryInputs {
  readonly site: Site;
  readonly inputs: FlowInputs;
}

/** @param onOpen called with each path that will be read */
export function storeInputs(args: Arguments, onOpen: (path: string) => void): QueryInputs {
  const { site, parquet, opened, condition, silk, missing } = openSelection(args);
  for (const path of missing) process.stderr.write(`Missing ${path}\n`);
  for (const path of parquet) onOpen(path);
  const segments: Segment[] = parquet.length === 0 ? [] : [{ kind: "parquet", paths: parquet }];
  for (const { rows, rules } of opened) {
    const over = (relation: string) => `(SELECT * FROM ${classifiedRelation(relation, rules)} WHERE ${condition})`;
    segments.push({ kind: "rows", source: rows, over });
  }
  const files = silk.length > 0 ? new FlowFiles(silk, { site, onOpen }) : undefined;
  if (files !== undefined) segments.push({ kind: "rows", source: files });
  return { site, inputs: new FlowInputs(segments, site, files) };
}
