/** rwmatch: queries and their responses, of two inputs, get a number as their next hop. */
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import { isStdin } from "../files/octet_source.js";
import type { FlowColumns } from "../record/columns.js";
import { keepByPolicy } from "../records/netmask.js";
import { openRecordFiles, ROWS } from "../records/record_files.js";
import { loadSite } from "../site/load.js";
import { openFlowOutput, outputFormat, recordWriter, withOutputs } from "./flow_output.js";
import { MatchInput } from "./match_input.js";
import { MatchOutput, type MatchSide } from "./match_output.js";
import { type JoinUntil, type MatchRules, matchFlows } from "./match_pairs.js";
import { helpsWithRelate, relationOf, timeNumbers } from "./match_relate.js";
import { ipv6Policy } from "./print_style.js";

/** Matches the flows of the two inputs and returns the exit status. */
export async function runMatch(args: Arguments, called: string): Promise<number> {
  const site = loadSite(args);
  if (helpsWithRelate(args, site)) return 0;
  const relation = relationOf(args, site);
  const rules = matchRules(args);
  const unmatched = unmatchedSides(args.value("unmatched"));
  const { query, response, path } = matchPaths(args);
  const policy = ipv6Policy(args);
  const indexes = new Int32Array(ROWS);
  const keep = (rows: FlowColumns) => keepByPolicy(rows, policy, indexes);
  const files = [query, response].map((each) => openRecordFiles(args, site, [each]));
  const [queries, responses] = [files[0]!, files[1]!];
  try {
    // Both are opened, and the names that streams bring are known, before anything is written.
    for (const each of files) each.format();
    const format = outputFormat(args, queries.format());
    if (format === "parquet") throw new UsageError("--output-format=parquet is written by rwsort and rwfilter only");
    const output = openFlowOutput(path, await recordWriter(format), { site, files: queries }, args, called);
    const times = timeNumbers(site);
    await withOutputs([output], async () =>
      matchFlows(
        new MatchInput(queries, query, relation.query, times, keep),
        new MatchInput(responses, response, relation.response, times, keep),
        rules,
        new MatchOutput(unmatched, (rows) => output.write(rows)),
      ),
    );
  } finally {
    for (const each of files) each.close();
  }
  return 0;
}

interface MatchPaths {
  readonly query: string;
  readonly response: string;
  readonly path: string;
}

function matchPaths({ positionals }: Arguments): MatchPaths {
  const [query, response, path, ...others] = positionals;
  if (query === undefined || response === undefined || path === undefined || others.length > 0)
    throw new UsageError("Expected three files: QUERY_FILE RESPONSE_FILE OUTPUT_FILE");
  if (isStdin(query) && isStdin(response)) throw new UsageError("Only one input may be standard input");
  return { query, response, path };
}

const UNTIL: Readonly<Record<string, JoinUntil>> = {
  "absolute-delta": "end of the base",
  "relative-delta": "latest end",
  "infinite-delta": "no end",
};

function matchRules(args: Arguments): MatchRules {
  const [until = "absolute-delta", other] = Object.keys(UNTIL).filter((name) => args.flag(name));
  if (other !== undefined) throw new UsageError(`May only specify one of --${until} and --${other}`);
  return {
    delta: timeDelta(args.value("time-delta")),
    begins: args.flag("symmetric-delta") ? "either side" : "query",
    until: UNTIL[until]!,
  };
}

/** Milliseconds. */
function timeDelta(given: string | undefined): number {
  if (given === undefined) return 0;
  if (!/^\s*(\d+(\.\d*)?|\.\d+)\s*$/.test(given))
    throw new ArgumentError("time-delta", "Expected a number of seconds", "time-delta", given);
  return Math.round(Number(given) * 1000);
}

const UNMATCHED: Readonly<Record<string, readonly MatchSide[]>> = {
  q: ["query"],
  r: ["response"],
  b: ["query", "response"],
};

function unmatchedSides(given: string | undefined): ReadonlySet<MatchSide> {
  if (given === undefined) return new Set();
  const sides = UNMATCHED[given.toLowerCase()];
  if (sides === undefined) throw new ArgumentError("unmatched", "Expected q, r or b", "unmatched", given);
  return new Set(sides);
}
