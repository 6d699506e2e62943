/** Files of a data root by flowtype and sensor: how many there are and which hours they span. */
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { dataPath } from "../site/data_path.js";
import type { Site } from "../site/site.js";
import { isStore, listStore } from "./listing.js";

export interface FileSpan {
  files: number;
  /** Hours since 1970-01-01 UTC. */
  first: number;
  last: number;
}

/** Folders in folders, beyond which a data root is not followed. */
const DEEPEST = 16;

/** Spans of files by `CLASS/TYPE/SENSOR`. */
export function fileSpans(root: string, site: Site): Map<string, FileSpan> {
  const spans = new Map<string, FileSpan>();
  const add = (key: string, hour: number) => {
    const span = spans.get(key);
    if (span === undefined) spans.set(key, { files: 1, first: hour, last: hour });
    else {
      span.files += 1;
      span.first = Math.min(span.first, hour);
      span.last = Math.max(span.last, hour);
    }
  };
  if (isStore(root)) {
    for (const { type, sensor, hour } of listStore(root).files)
      for (const flowtype of site.config.flowtypes)
        if (flowtype.type === type && site.sensorNamed(sensor)?.classes.includes(flowtype.class))
          add(`${flowtype.class}/${type}/${sensor}`, hour);
  } else {
    for (const path of filesBelow(root, 0)) {
      const found = dataFile(relative(root, path), site);
      if (found !== undefined) add(`${found.flowtype.class}/${found.flowtype.type}/${found.sensor.name}`, found.hour);
    }
  }
  return spans;
}

/** What the path of a file says, when it is where the site's path-format has it. */
function dataFile(path: string, site: Site) {
  const found = /(?:^|\/)([^/]+)-([^/_]+)_(\d{4})(\d\d)(\d\d)\.(\d\d)(?:\.gz)?$/.exec(path);
  if (found === null) return undefined;
  const [, , , year, month, day, hour] = found;
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:00:00Z`);
  const stem = path.replace(/\.gz$/, "");
  // A sensor's name may have dashes, as a flowtype's may: the first pair of known names counts.
  const name = `${found[1]}-${found[2]}`;
  for (let at = name.indexOf("-"); at >= 0; at = name.indexOf("-", at + 1)) {
    const flowtype = site.config.flowtypes.find((each) => each.name === name.slice(0, at));
    const sensor = site.sensorNamed(name.slice(at + 1));
    if (flowtype === undefined || sensor === undefined || Number.isNaN(milliseconds)) continue;
    const file = { flowtype, sensor, hour: milliseconds / 3_600_000 };
    if (dataPath(site.config.pathFormat, file) === stem) return file;
  }
  return undefined;
}

function* filesBelow(folder: string, depth: number): Generator<string> {
  if (depth > DEEPEST) return;
  let entries: ReturnType<typeof entriesOf>;
  try {
    entries = entriesOf(folder);
  } catch {
    // A data root may hold folders that are not ours to read.
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path, depth + 1);
    else yield path;
  }
}

function entriesOf(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}
