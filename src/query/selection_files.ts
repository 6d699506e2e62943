/** The files of a data root that a selection names, in a store of ours and in a tree of SiLK files. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Arguments } from "../cli/switches.js";
import { InputError } from "../errors.js";
import { dataPath } from "../site/data_path.js";
import { dataRoot, loadSite } from "../site/load.js";
import type { Site } from "../site/site.js";
import { type JournalRows, openListed } from "../store/journal_rows.js";
import { readJournalRules } from "../store/journal_rules.js";
import { journalPath, partitionFolder } from "../store/layout.js";
import { isStore, listStore, type SealedFile } from "../store/listing.js";
import { timeLiteral } from "./dialect.js";
import { type Selection, selectionOf } from "./selection.js";

const HOUR = 3_600_000_000;

export interface SelectedFiles {
  readonly root: string;
  readonly site: Site;
  readonly selection: Selection;
  /**
   * Identifiers of journals that may hold selected flows: their rows must also pass `condition`. One that has gone when
   * it is opened has been sealed: select again.
   */
  readonly journals: readonly string[];
  /** Sealed files: all of their rows are selected. */
  readonly parquet: readonly string[];
  /** SiLK files of a tree by path-format: all of their records are selected. */
  readonly silk: readonly string[];
  /** With `--print-missing-files`: files and folders that the selection expects and that are not there. */
  readonly missing: readonly string[];
  /** SQL over the classified rows of journals. */
  readonly condition: string;
}

/**
 * Files for the selection switches.
 *
 * @throws UsageError naming a wrong switch; InputError when `--data-rootdir` is no folder or silk.conf is wrong
 */
export function selectFiles(args: Arguments, now = Date.now()): SelectedFiles {
  const root = dataRoot(args);
  if (args.value("data-rootdir") !== undefined && statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new InputError(`data root '${root}' is not a directory`);
  const site = loadSite(args, root);
  const selection = selectionOf(args, site, now);
  const found = { root, site, selection, condition: journalCondition(selection) };
  const listing: Listing = args.flag("print-missing-files") ? "with missing" : "present";
  const files = isStore(root) ? storeFiles(root, selection, listing) : treeFiles(root, site, selection, listing);
  return { ...found, ...files };
}

/** Selected files with their journals open. */
export interface OpenSelection extends SelectedFiles {
  /** In the order of `journals`: `classifiedRelation` makes rows of them, of which `condition` selects. */
  readonly opened: readonly JournalRows[];
}

/** Selects files and opens their journals: once more when one is sealed meanwhile. */
export function openSelection(args: Arguments, now = Date.now()): OpenSelection {
  const { listing, journals } = openListed(dataRoot(args), () => selectFiles(args, now));
  return { ...listing, opened: journals };
}

type Files = Pick<SelectedFiles, "journals" | "parquet" | "silk" | "missing">;

/** A long time has many hours without files: they are listed only where somebody asks. */
type Listing = "with missing" | "present";

function storeFiles(store: string, { flowtypes, sensors, hours }: Selection, listing: Listing): Files {
  const types = new Set(flowtypes.map((each) => each.type));
  const names = sensors === undefined ? undefined : new Set(sensors.map((each) => each.name));
  const isWanted = (sensor: string) => names === undefined || names.has(sensor);
  const { journals, files } = listStore(store, { sensor: isWanted, type: (type) => types.has(type), hours });
  return {
    journals: journals.filter((id) => isWantedJournal(store, id, isWanted)),
    parquet: [...files].sort((a, b) => a.hour - b.hour).map((file) => file.path),
    silk: [],
    missing:
      listing === "with missing"
        ? missingFolders(store, files, [...(names ?? new Set(files.map((file) => file.sensor)))], types, hours)
        : [],
  };
}

function missingFolders(
  store: string,
  files: readonly SealedFile[],
  sensors: readonly string[],
  types: ReadonlySet<string>,
  [first, last]: Selection["hours"],
): string[] {
  const there = new Set(files.map((file) => partitionFolder(file)));
  const missing: string[] = [];
  for (let hour = first; hour <= last; hour++)
    for (const type of types)
      for (const sensor of sensors) {
        const folder = partitionFolder({ sensor, type, hour });
        if (!there.has(folder)) missing.push(join(store, folder));
      }
  return missing;
}

/** A journal that was sealed meanwhile is kept: opening it tells. */
function isWantedJournal(store: string, id: string, isWanted: (sensor: string) => boolean): boolean {
  return !existsSync(journalPath(store, id)) || isWanted(readJournalRules(store, id).sensor.name);
}

function treeFiles(root: string, site: Site, { flowtypes, sensors, hours }: Selection, listing: Listing): Files {
  const wanted = sensors ?? site.config.sensors;
  const silk: string[] = [];
  const missing: string[] = [];
  for (let hour = hours[0]; hour <= hours[1]; hour++)
    for (const flowtype of flowtypes)
      for (const sensor of wanted) {
        if (!sensor.classes.includes(flowtype.class)) continue;
        const path = join(root, dataPath(site.config.pathFormat, { flowtype, sensor, hour }));
        const found = [path, `${path}.gz`].find((each) => existsSync(each));
        if (found !== undefined) silk.push(found);
        else if (listing === "with missing") missing.push(path);
      }
  return { journals: [], parquet: [], silk, missing };
}

/** A flow is filed under the hour of its start. */
function journalCondition({ flowtypes, sensors, hours }: Selection): string {
  const parts = [
    `stime >= ${timeLiteral(hours[0] * HOUR)}`,
    `stime < ${timeLiteral((hours[1] + 1) * HOUR)}`,
    flowtypes.length === 0 ? "false" : `flowtype IN (${flowtypes.map((each) => each.id).join(", ")})`,
  ];
  if (sensors !== undefined)
    parts.push(sensors.length === 0 ? "false" : `sensor IN (${sensors.map((each) => each.id).join(", ")})`);
  return `(${parts.join(" AND ")})`;
}
