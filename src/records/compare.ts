/** rwcompare: whether two files hold the same flows in the same order. */
import type { Arguments } from "../cli/switches.js";
import { FlowtapError, UsageError } from "../errors.js";
import { openSink } from "../files/octet_sink.js";
import { FlowFiles } from "../query/flow_files.js";
import { flowKeys } from "../query/flow_keys.js";
import { FlowColumns } from "../record/columns.js";
import { loadSite } from "../site/load.js";
import { Site, TWO_WAY_SITE } from "../site/site.js";
import { ROWS } from "./record_files.js";

/** Exit statuses, as of cmp(1). */
const SAME = 0;
const DIFFERENT = 1;
const TROUBLE = 2;

/** Where two files part. */
type Difference = { readonly record: number } | { readonly ended: string };

/** Compares the two files of the arguments, says on standard output where they differ, and returns the exit status. */
export function compare(args: Arguments, called: string): number {
  const [first, second, ...others] = args.positionals;
  if (first === undefined || second === undefined || others.length > 0)
    throw new UsageError("Must specify exactly two files to compare");
  try {
    // Names of sensors and types play no part here: the configuration is read only when one is named.
    if (args.flag("site-config-file")) loadSite(args);
    const difference = findDifference(first, second);
    if (difference === undefined) return SAME;
    if (!args.flag("quiet")) say(`${first} ${second} differ: ${text(difference)}\n`);
    return DIFFERENT;
  } catch (error) {
    if (!(error instanceof FlowtapError)) throw error;
    if (!args.flag("quiet")) process.stderr.write(`${called}: ${error.message}\n`);
    return TROUBLE;
  }
}

function text(difference: Difference): string {
  return "record" in difference ? `record ${difference.record}` : `EOF ${difference.ended}`;
}

function say(line: string): void {
  const sink = openSink("-", "text");
  sink.write(new TextEncoder().encode(line));
  sink.close();
}

/** @throws InputError when a file cannot be read */
function findDifference(first: string, second: string): Difference | undefined {
  const site = new Site(TWO_WAY_SITE);
  const numbers = flowKeys(site).flatMap((key) => key.numbers);
  const [a, b] = [new RowReader(first, site), new RowReader(second, site)];
  try {
    for (let record = 1; ; record++) {
      const [more, moreOfOther] = [a.next(), b.next()];
      if (!more && !moreOfOther) return undefined;
      if (!more || !moreOfOther) return { ended: more ? second : first };
      const { rows, at } = a;
      for (const number of numbers) if (number(rows.arrays, at) !== number(b.rows.arrays, b.at)) return { record };
    }
  } finally {
    a.close();
    b.close();
  }
}

/** Rows of a file one by one. */
class RowReader {
  readonly rows = new FlowColumns(ROWS);
  /** The row that is current after `next`. */
  at = -1;
  readonly #files: FlowFiles;

  constructor(path: string, site: Site) {
    this.#files = new FlowFiles([path], { site });
    // A file that cannot be opened is reported before anything is compared.
    this.#files.format();
  }

  next(): boolean {
    this.at += 1;
    if (this.at < this.rows.count) return true;
    this.at = 0;
    return this.#files.read(this.rows) > 0;
  }

  close(): void {
    this.#files.close();
  }
}
