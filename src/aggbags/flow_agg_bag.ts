/** rwaggbag: flows grouped by several fields, with several counters, as an aggregate bag file. */
import { bagSaveOptions } from "../bags/bag_file.js";
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { isStdout, openSink } from "../files/octet_sink.js";
import { AggBagWriter } from "../formats/silk/aggbag_writer.js";
import type { ResultArray } from "../query/engine.js";
import type { FlowQuery } from "../query/flow_query.js";
import { rowWords } from "./agg_bag.js";
import type { AggField } from "./agg_field.js";
import { fieldList } from "./field_text.js";
import { counterSql, FLOW_COUNTER_FIELDS, FLOW_KEY_FIELDS, keySql } from "./flow_fields.js";

/** Writes the aggregate bag that the switches ask for and returns the exit status. */
export async function runAggBag(query: FlowQuery, args: Arguments, called: string): Promise<number> {
  const keys = fieldsOf(args, "keys", FLOW_KEY_FIELDS);
  const counters = fieldsOf(args, "counters", FLOW_COUNTER_FIELDS);
  const fields = [...keys, ...counters];
  const keyParts = keys.flatMap((each) => keySql(each, query));
  const names = keyParts.map((_part, k) => `k${k}`);
  const list = [
    ...keyParts.map((sql, k) => `${sql} AS k${k}`),
    ...counters.map((each, k) => `${counterSql(each)} AS v${k}`),
  ].join(", ");
  // Before its rows are read: standard input comes only once.
  const header = query.files?.header();
  const path = args.value("output-path") ?? "-";
  const options = bagSaveOptions(args, called, path, header === undefined ? [] : [header]);
  const engine = await query.engine();
  const by = names.join(", ");
  const statement = query.statement(`SELECT ${list} FROM flows GROUP BY ${by} ORDER BY ${by}`);
  const types = [...keyParts, ...counters].map(() => "UBIGINT" as const);
  const sink = openSink(path, "binary");
  try {
    const writer = new AggBagWriter(sink, { ...options, fields });
    const row = new Uint32Array(rowWords(fields));
    const words = wordPlaces(fields);
    await engine.stream(statement, types, (arrays, count) => {
      for (let i = 0; i < count; i++) {
        fill(row, words, arrays, i);
        writer.add(row, 0);
      }
    });
    writer.end();
  } catch (error) {
    if (!isStdout(path)) sink.abort();
    throw error;
  }
  sink.close();
  return 0;
}

function fieldsOf(args: Arguments, option: string, among: readonly AggField[]): readonly AggField[] {
  const given = args.value(option);
  if (given === undefined) throw new UsageError(`The --${option} switch is required`);
  return fieldList(option, given, among);
}

/** Where a word of a row comes from: a result column, and which of the halves of its number. */
interface WordPlace {
  readonly column: number;
  readonly half: 0 | 1;
}

function wordPlaces(fields: readonly AggField[]): readonly WordPlace[] {
  let column = 0;
  return fields.flatMap(({ octets }): WordPlace[] => {
    if (octets < 8) return [{ column: column++, half: 0 }];
    const columns = octets === 16 ? [column++, column++] : [column++];
    return columns.flatMap((each): WordPlace[] => [
      { column: each, half: 1 },
      { column: each, half: 0 },
    ]);
  });
}

function fill(row: Uint32Array, words: readonly WordPlace[], arrays: readonly ResultArray[], i: number): void {
  for (let k = 0; k < row.length; k++) {
    const { column, half } = words[k]!;
    row[k] = arrays[column]![2 * i + half]!;
  }
}
