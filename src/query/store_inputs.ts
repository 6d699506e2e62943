/** The flows of a store or of a tree of SiLK files, as the selection switches choose them. */
import { existsSync } from "node:fs";
import type { Arguments } from "../cli/switches.js";
import { InputError } from "../errors.js";
import type { Site } from "../site/site.js";
import { classifiedRelation, openJournal } from "../store/journal_rows.js";
import { journalPath } from "../store/layout.js";
import { FlowFiles } from "./flow_files.js";
import { FlowInputs, type Segment } from "./flow_inputs.js";
import { type SelectedFiles, selectFiles } from "./selection_files.js";

/** Listings after which a store whose journals vanish is not looked at again. */
const MOST_LISTINGS = 20;

export interface StoreInputs {
  readonly site: Site;
  readonly inputs: FlowInputs;
}

/** @param onOpen called with each path that will be read */
export function storeInputs(args: Arguments, onOpen: (path: string) => void): StoreInputs {
  for (let attempt = 1; ; attempt++) {
    const selected = selectFiles(args);
    const journals = openJournals(selected);
    if (journals === undefined) {
      if (attempt < MOST_LISTINGS) continue;
      throw new InputError(`the journals of ${selected.root} are sealed faster than they can be opened`);
    }
    for (const path of selected.missing) process.stderr.write(`Missing ${path}\n`);
    for (const path of selected.parquet) onOpen(path);
    const segments: Segment[] = [...journals];
    if (selected.parquet.length > 0) segments.unshift({ kind: "parquet", paths: selected.parquet });
    const files = selected.silk.length > 0 ? new FlowFiles(selected.silk, { site: selected.site, onOpen }) : undefined;
    if (files !== undefined) segments.push({ kind: "rows", source: files });
    return { site: selected.site, inputs: new FlowInputs(segments, selected.site, files) };
  }
}

/** The selected journals, open; undefined when one has been sealed since they were listed. */
function openJournals({ root, journals, condition }: SelectedFiles): Segment[] | undefined {
  const opened: Segment[] = [];
  try {
    for (const id of journals) {
      const { rows, rules } = openJournal(root, id);
      const over = (relation: string) => `(SELECT * FROM ${classifiedRelation(relation, rules)} WHERE ${condition})`;
      opened.push({ kind: "rows", source: rows, over });
    }
    return opened;
  } catch (error) {
    for (const each of opened) if (each.kind === "rows") each.source.close();
    if (error instanceof InputError && journals.some((id) => !existsSync(journalPath(root, id)))) return undefined;
    throw error;
  }
}
