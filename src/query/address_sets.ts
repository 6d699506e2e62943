/** rwset: the addresses of flows as sets. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { isStdout } from "../files/octet_sink.js";
import { saveOptions } from "../sets/record_switches.js";
import { AddressSetBuilder } from "../sets/set_builder.js";
import { saveAddressSet } from "../sets/set_file.js";
import type { FlowQuery } from "./flow_query.js";

/** Which addresses each switch takes. */
const TARGETS = [
  { option: "sip-file", columns: ["sip"] },
  { option: "dip-file", columns: ["dip"] },
  { option: "nhip-file", columns: ["nhip"] },
  { option: "any-file", columns: ["sip", "dip"] },
] as const;

/** Writes the sets that the switches ask for and returns the exit status. */
export async function runSet(query: FlowQuery, args: Arguments, called: string): Promise<number> {
  const wanted = TARGETS.flatMap(({ option, columns }) => {
    const path = args.value(option);
    return path === undefined ? [] : [{ path, columns, builder: new AddressSetBuilder() }];
  });
  if (wanted.length === 0)
    throw new UsageError("Must specify at least one of --sip-file, --dip-file, --nhip-file, --any-file");
  const outputs = [...wanted.map(({ path }) => path), args.value("copy-input") ?? ""];
  if (outputs.filter(isStdout).length > 1) throw new UsageError("Multiple outputs are using standard output");
  const columns = [...new Set(wanted.flatMap((each) => each.columns))];
  const halves = columns.flatMap((column) => [`${column}_hi`, `${column}_lo`]);
  const parts = halves.map((sql) => ({ sql, type: "UBIGINT" as const }));
  // Before its rows are read: standard input comes only once.
  const header = query.files?.header();
  await query.engine();
  // Each pair of addresses once: flows repeat them, and the set need not see that.
  const [column, more] = columns;
  const statement = query.statement(
    column !== undefined && more === undefined
      ? query.addressGroups(column, (hi, lo) => `${hi} AS ${column}_hi, ${lo} AS ${column}_lo`)
      : `SELECT DISTINCT ${halves.join(", ")} FROM flows`,
  );
  await query.deliver(statement, halves, parts, (arrays, count) => {
    for (const { columns: taken, builder } of wanted)
      for (const column of taken) {
        const at = 2 * columns.indexOf(column);
        builder.addColumns(arrays[at] as Uint32Array, arrays[at + 1] as Uint32Array, count);
      }
  });
  const inherited = header === undefined ? [] : [header];
  for (const { path, builder } of wanted)
    saveAddressSet(path, builder.build(), saveOptions(args, called, path, inherited));
  return 0;
}
