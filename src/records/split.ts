/** rwsplit: flows into many files, all of them or a sample. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { type FlowOutput, openFlowOutput, outputFormat, recordWriter } from "../query/flow_output.js";
import { oneInteger } from "../query/values/number.js";
import { FlowColumns } from "../record/columns.js";
import { Random } from "../sets/random.js";
import { loadSite } from "../site/load.js";
import { gatherRows } from "./gather_rows.js";
import { openRecordFiles, ROWS } from "./record_files.js";
import { SplitLimit } from "./split_limit.js";

/** Highest argument of the ratios and of the seed. */
const MOST = 0xffff_ffff;

export async function split(args: Arguments, called: string): Promise<void> {
  const basename = args.value("basename");
  if (basename === undefined) throw new UsageError("The --basename switch is required");
  const limit = new SplitLimit(args);
  const seed = number(args, "seed", 0) ?? Math.floor(Math.random() * MOST);
  const random = new Random(seed);
  const samples = new OneOfMany(number(args, "sample-ratio", 1) ?? 1, random);
  const chosenFiles = new OneOfMany(number(args, "file-ratio", 1) ?? 1, random);
  const most = number(args, "max-outputs", 1) ?? Number.POSITIVE_INFINITY;
  const site = loadSite(args);
  const files = openRecordFiles(args, site);
  try {
    const format = outputFormat(args, files.format());
    if (format === "parquet") throw new UsageError("--output-format=parquet is written by rwsort and rwfilter only");
    const writer = await recordWriter(format);
    const open = (path: string) => openFlowOutput(path, writer, { site, files }, args, called);
    const subfiles = new Subfiles(basename, chosenFiles, most, open);
    try {
      const rows = new FlowColumns(ROWS);
      while (subfiles.wantsMore && files.read(rows) > 0) splitRows(rows, samples, limit, subfiles);
    } catch (error) {
      subfiles.abort();
      throw error;
    }
    subfiles.end();
  } finally {
    files.close();
  }
}

function number(args: Arguments, option: string, least: number): number | undefined {
  const given = args.value(option);
  return given === undefined ? undefined : oneInteger(given, least, MOST, { option, what: option, given });
}

const indexes = new Int32Array(ROWS);

function splitRows(rows: FlowColumns, samples: OneOfMany, limit: SplitLimit, subfiles: Subfiles): void {
  let chosen = 0;
  for (let i = 0; i < rows.count && subfiles.wantsMore; i++) {
    if (!samples.next()) continue;
    indexes[chosen++] = i;
    if (limit.add(rows, i) === "open") continue;
    subfiles.write(rows, indexes, chosen);
    subfiles.next();
    chosen = 0;
  }
  if (chosen > 0) subfiles.write(rows, indexes, chosen);
}

/** Of every so many, one that is chosen at random. */
class OneOfMany {
  readonly #ratio: number;
  readonly #random: Random;
  #at = 0;
  #chosen = 0;

  constructor(ratio: number, random: Random) {
    this.#ratio = ratio;
    this.#random = random;
  }

  /** Whether the next one is chosen. */
  next(): boolean {
    if (this.#ratio === 1) return true;
    if (this.#at === 0) this.#chosen = Number(this.#random.below(BigInt(this.#ratio)));
    const isChosen = this.#at === this.#chosen;
    this.#at = (this.#at + 1) % this.#ratio;
    return isChosen;
  }
}

/** The subfiles, of which some may not be written. Each is opened with its first flows. */
class Subfiles {
  readonly #basename: string;
  readonly #choice: OneOfMany;
  readonly #open: (path: string) => FlowOutput;
  readonly #chosen = new FlowColumns(ROWS);
  #left: number;
  #number = 0;
  #current: { readonly output: FlowOutput | undefined } | undefined;

  constructor(basename: string, choice: OneOfMany, most: number, open: (path: string) => FlowOutput) {
    this.#basename = basename;
    this.#choice = choice;
    this.#left = most;
    this.#open = open;
  }

  /** Whether another flow may have a file to go to. */
  get wantsMore(): boolean {
    return this.#left > 0 || this.#current?.output !== undefined;
  }

  write(rows: FlowColumns, chosen: Int32Array, count: number): void {
    const { output } = this.#file();
    if (output === undefined) return;
    gatherRows(rows, chosen, count, this.#chosen);
    output.write(this.#chosen);
  }

  /** The current file is full. */
  next(): void {
    this.#current?.output?.close();
    this.#current = undefined;
  }

  end(): void {
    this.next();
  }

  abort(): void {
    this.#current?.output?.abort();
  }

  #file(): { readonly output: FlowOutput | undefined } {
    if (this.#current !== undefined) return this.#current;
    const path = `${this.#basename}.${String(this.#number).padStart(8, "0")}.rwf`;
    this.#number += 1;
    const output = this.#choice.next() ? this.#open(path) : undefined;
    if (output !== undefined) this.#left -= 1;
    this.#current = { output };
    return this.#current;
  }
}
