/** Sealing: a journal becomes sorted Parquet files, one for each sensor, type and hour. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { InputError, OutputError, systemCode, systemReason } from "../errors.js";
import { literal, microseconds } from "../query/dialect.js";
import type { Engine } from "../query/engine.js";
import { COLUMN_NAMES } from "../record/columns.js";
import { classifiedRelation, openJournal } from "./journal_rows.js";
import type { JournalRules } from "./journal_rules.js";
import { HOUR, journalFolder, journalPath, partitionFolder, rulesPath } from "./layout.js";
import { sealedPaths } from "./listing.js";

/** Whether an earlier, killed attempt may have left files: then other rules may have held, and all of them go. */
export type Attempt = "first" | "again";

/** Octets behind the last whole message beyond which they are not the end of a torn one. */
const LARGEST_MESSAGE = 65_535;

/** Sealing runs beside a sensor: beyond this it sorts on disk. */
const MEMORY = "1GiB";

/**
 * Partition, source address (of IPv6 its upper half), time. As three numbers they fit into DuckDB's keys of fixed length:
 * in five, sealing takes a sixth more of CPU.
 */
const ORDER = "(hour * 256 + flowtype)::INTEGER, CASE WHEN sip_hi = 0 THEN sip_lo ELSE sip_hi END, stime";

/** Columns of Parquet files: sensor and type are in the path. */
const SEALED_COLUMNS = COLUMN_NAMES.filter((name) => name !== "sensor" && name !== "flowtype");

/**
 * Seals one journal, which nobody writes any more. It can be repeated after a kill at any moment: the files have the
 * journal's name, and readers pass over them while the journal is there.
 *
 * @param engine to seal with; closed by its owner
 * @returns the new files
 * @throws OutputError when the store cannot be written: the journal stays
 */
export async function sealJournal(
  store: string,
  id: string,
  engine: Engine,
  attempt: Attempt,
): Promise<readonly string[]> {
  const temporary = join(journalFolder(store), `${id}.tmp`);
  try {
    rmSync(temporary, { recursive: true, force: true });
    if (attempt === "again") for (const path of sealedPaths(store, id)) rmSync(path, { force: true });
    const { rules, remainder } = await writePieces(store, id, temporary, engine);
    const files = publish(store, id, temporary, rules);
    rmSync(temporary, { recursive: true, force: true });
    retire(store, id, remainder);
    return files;
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (systemCode(error) === undefined) throw error;
    throw new OutputError(`cannot write store ${store}: ${systemReason(error)}`);
  }
}

/** Writes `TEMPORARY/sensor=0/flowtype=1/hour=482912/NAME.parquet`. */
async function writePieces(store: string, id: string, temporary: string, engine: Engine) {
  const { rows, stream, rules } = openJournal(store, id);
  try {
    const relation = classifiedRelation(engine.addRows(rows), rules);
    const hour = `(${microseconds("stime")} // ${HOUR})`;
    await engine.run(`SET memory_limit = '${MEMORY}'`);
    // One thread writes one file for each partition, in the order of its rows.
    await engine.run("SET threads = 1");
    await engine.run(
      `COPY (SELECT ${SEALED_COLUMNS.join(", ")}, flowtype, ${hour} AS hour FROM ${relation} ` +
        `ORDER BY ${ORDER}) TO ${literal(temporary)} ` +
        "(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, PARTITION_BY (flowtype, hour))",
    );
    return { rules, remainder: stream.remainder };
  } catch (error) {
    if (error instanceof InputError && /No space left|Could not write/i.test(error.message))
      throw new OutputError(`cannot write store ${store}: ${error.message}`);
    throw error;
  } finally {
    rows.close();
  }
}

/** Moves the pieces to their final names, the newest content safely on disk first. */
function publish(store: string, id: string, temporary: string, rules: JournalRules): string[] {
  const files: string[] = [];
  const folders = new Set<string>();
  if (!existsSync(temporary)) return files;
  for (const piece of readdirSync(temporary, { recursive: true, encoding: "utf8" }).sort()) {
    const found = /^flowtype=(\d+)\/hour=(-?\d+)\/[^/]+\.parquet$/.exec(piece);
    if (found === null) continue;
    const type = rules.flowtypes.find((each) => each.id === Number(found[1]))?.type ?? found[1]!;
    const folder = join(store, partitionFolder({ sensor: rules.sensor.name, type, hour: Number(found[2]) }));
    for (let made = folder; !existsSync(made); made = dirname(made)) folders.add(dirname(made));
    mkdirSync(folder, { recursive: true });
    const first = join(folder, `${id}.parquet`);
    let path = first;
    for (let further = 1; files.includes(path); further++) path = join(folder, `${id}.${further}.parquet`);
    syncPath(join(temporary, piece));
    renameSync(join(temporary, piece), path);
    folders.add(folder);
    files.push(path);
  }
  for (const folder of folders) syncPath(folder);
  return files;
}

/** The journal goes; octets behind its readable part that are more than a torn message are kept aside. */
function retire(store: string, id: string, remainder: number): void {
  const path = journalPath(store, id);
  if (remainder > LARGEST_MESSAGE) renameSync(path, `${path}.damaged`);
  else rmSync(path, { force: true });
  rmSync(rulesPath(store, id), { force: true });
  syncPath(journalFolder(store));
}

function syncPath(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
