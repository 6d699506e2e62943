/** rwbag: flows counted by one key or more, all in one pass, as bag files. */
import type { Arguments } from "../cli/switches.js";
import { type OctetSink, openSink } from "../files/octet_sink.js";
import { BagWriter } from "../formats/silk/bag_writer.js";
import { quoted } from "../query/dialect.js";
import type { Engine, ResultArray } from "../query/engine.js";
import type { FlowQuery } from "../query/flow_query.js";
import { type Ipv6Policy, ipv6Policy } from "../query/print_style.js";
import type { Width } from "../sets/edges.js";
import { HIGHEST_COUNTER } from "./bag.js";
import { bagSaveOptions } from "./bag_file.js";
import { type BagOutput, bagOutputs } from "./bag_outputs.js";
import { ipv4Type, ipv6Type } from "./field_type.js";
import type { FlowCounter, FlowKey } from "./flow_keys.js";

/** Table of the groups of all keys. */
const GROUPS = "bag_groups";

const IS_MAPPED = "(hi = 0 AND lo >> 32 = 65535)";

/** A key with the columns it is grouped by. */
interface Grouping {
  readonly key: FlowKey;
  /** SELECT list of the columns, and their names. */
  readonly list: string;
  readonly columns: readonly string[];
  /** What GROUPING gives for its groups. */
  readonly number: number;
}

/** Writes the bags that the switches ask for and returns the exit status. */
export async function runBag(query: FlowQuery, args: Arguments, called: string): Promise<number> {
  const outputs = bagOutputs(args);
  const keys = [...new Set(outputs.map(({ key }) => key))];
  const groupings = keys.map((key, k) => groupingOf(key, k, keys.length, query));
  const policy = ipv6Policy(args);
  // Before its rows are read: standard input comes only once.
  const header = query.files?.header();
  const engine = await query.engine();
  const statement = query.statement(groupsOf(groupings, [...new Set(outputs.map(({ counter }) => counter))], query));
  const sinks = outputs.map(({ path }) => openSink(path, "binary"));
  try {
    await engine.run(`CREATE TEMP TABLE ${GROUPS} AS ${statement}`);
    for (const [k, output] of outputs.entries()) {
      const grouping = groupings[keys.indexOf(output.key)]!;
      const width = await widthOf(grouping, policy, engine);
      const { key, counter, path } = output;
      const type = { key: width === 4 ? ipv6Type(key.type) : ipv4Type(key.type), counter: counter.type };
      const options = bagSaveOptions(args, called, path, header === undefined ? [] : [header]);
      const writer = new BagWriter(sinks[k]!, { ...options, type, width });
      await writeRows(engine, output, grouping, width, writer);
      writer.end();
    }
  } catch (error) {
    for (const each of sinks) abort(each);
    throw error;
  }
  for (const each of sinks) each.close();
  return 0;
}

/** Standard output stays open. */
function abort(sink: OctetSink): void {
  if (sink.name !== "stdout") sink.abort();
}

function groupingOf(key: FlowKey, k: number, keys: number, query: FlowQuery): Grouping {
  // GROUPING sets the bit of what a row is not grouped by; its first argument has the highest bit.
  const number = 2 ** keys - 1 - 2 ** (keys - 1 - k);
  const [hi, lo] = [`k${k}_hi`, `k${k}_lo`];
  if (key.kind === "number") return { key, list: `${key.sql(query)} AS ${lo}`, columns: [lo], number };
  return { key, list: `${key.column}_hi AS ${hi}, ${key.column}_lo AS ${lo}`, columns: [hi, lo], number };
}

/** SELECT of the groups of all keys: which key, its two halves, and the counters. */
function groupsOf(groupings: readonly Grouping[], counters: readonly FlowCounter[], query: FlowQuery): string {
  const totals = counters.map(({ type, aggregate }) => `${aggregate} AS ${quoted(type.name)}`);
  const [only, more] = groupings;
  if (more === undefined && only?.key.kind === "address")
    return query.addressGroups(
      only.key.column,
      (hi, lo) => `0 AS which, ${hi} AS hi, ${lo} AS lo, ${totals.join(", ")}`,
    );
  const list = ["packets", "bytes", ...groupings.map((each) => each.list)].join(", ");
  const lows = groupings.map(({ columns }) => columns.at(-1)!);
  const highs = groupings.flatMap(({ columns }) => (columns.length === 2 ? [columns[0]!] : []));
  const half = (columns: readonly string[]) => `coalesce(${[...columns, "0"].join(", ")})::UBIGINT`;
  const sets = groupings.map(({ columns }) => `(${columns.join(", ")})`);
  // Sets of groups take half as much again as the groups of one key.
  const [which, by] =
    groupings.length === 1
      ? ["0", groupings[0]!.columns.join(", ")]
      : [`GROUPING(${lows.join(", ")})`, `GROUPING SETS (${sets.join(", ")})`];
  return (
    `WITH keyed AS (SELECT ${list} FROM flows) ` +
    `SELECT ${which} AS which, ${half(highs)} AS hi, ${half(lows)} AS lo, ${totals.join(", ")} FROM keyed GROUP BY ${by}`
  );
}

/** Words of the keys: addresses are IPv6 when the policy says so, or when one of them is no IPv4 address. */
async function widthOf({ key, number }: Grouping, policy: Ipv6Policy, engine: Engine): Promise<Width> {
  if (key.kind === "number" || policy === "ignore" || policy === "asv4") return 1;
  if (policy === "force" || policy === "only") return 4;
  const others = await engine.numbers(
    `SELECT count(*)::BIGINT FROM ${GROUPS} WHERE which = ${number} AND NOT ${IS_MAPPED}`,
  );
  return others[0]![0] === 0 ? 1 : 4;
}

async function writeRows(
  engine: Engine,
  { counter }: BagOutput,
  { key, number }: Grouping,
  width: Width,
  writer: BagWriter,
): Promise<void> {
  const total = quoted(counter.type.name);
  const value = `least(${total}, ${HIGHEST_COUNTER})::UBIGINT AS counter`;
  const from = `FROM ${GROUPS} WHERE which = ${number} AND ${total} > 0`;
  // A next hop may be absent where source and destination are IPv4: it is no IPv4 address then.
  const narrow = key.kind === "address" ? ` AND ${IS_MAPPED}` : "";
  if (width === 1)
    return engine.stream(
      `SELECT (lo & ${0xffff_ffff})::UBIGINT AS k, ${value} ${from}${narrow} ORDER BY k`,
      ["UBIGINT", "UBIGINT"],
      ([keys, counters], count) => {
        for (let at = 0; at < 2 * count; at += 2) writer.addNumber(keys![at]!, counters![at]!, counters![at + 1]!);
      },
    );
  return engine.stream(
    `SELECT hi, lo, ${value} ${from} ORDER BY hi, lo`,
    ["UBIGINT", "UBIGINT", "UBIGINT"],
    (arrays, count) => addAddresses(arrays, count, writer),
  );
}

function addAddresses([hi, lo, counters]: readonly ResultArray[], count: number, writer: BagWriter): void {
  for (let at = 0; at < 2 * count; at += 2)
    writer.addAddress(hi![at + 1]!, hi![at]!, lo![at + 1]!, lo![at]!, counters![at]!, counters![at + 1]!);
}
