import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { parseArguments } from "../../src/cli/parse.js";
import { OutputError } from "../../src/errors.js";
import { type CellColumn, type CellFormat, type CellRow, writeCells } from "../../src/query/table/cell_table.js";
import { Scratch } from "../support/scratch.js";
import { parquetTable } from "../support/tables.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const COLUMNS: readonly CellColumn[] = [
  { name: "name", kind: "text" },
  { name: "count", kind: "integer" },
  { name: "notes", kind: "list" },
];
const ROWS: readonly CellRow[] = [
  ['a,"b"\n', 1, ["x", "y z"]],
  ["", undefined, []],
  [undefined, 2n ** 63n - 1n, ["é"]],
];

/** Writes rows to a file alone in its folder. */
async function written(format: CellFormat, rows = ROWS, flags: readonly string[] = []): Promise<string> {
  const path = join(mkdtempSync(join(scratch.path, "cells-")), "rows");
  const args = parseArguments(
    [
      { name: "output-path", argument: "PATH", group: "", help: "" },
      { name: "no-titles", group: "", help: "" },
    ],
    [`--output-path=${path}`, ...flags],
  );
  await writeCells(args, format, COLUMNS, (add) => {
    for (const row of rows) add(row);
  });
  return path;
}

test("CSV quotes what needs it, joins lists, and has titles unless they are not wanted", async (t) => {
  const lines = '"a,""b""\n",1,x y z\n,,\n,9223372036854775807,é\n';
  t.is(readFileSync(await written("csv"), "utf8"), `name,count,notes\n${lines}`);
  t.is(readFileSync(await written("csv", ROWS, ["--no-titles"]), "utf8"), lines);
});

test("JSON is an object a line, with null for what is missing and integers with all digits", async (t) => {
  const lines = readFileSync(await written("json"), "utf8")
    .trimEnd()
    .split("\n");
  t.deepEqual(JSON.parse(lines[0]!), { name: 'a,"b"\n', count: 1, notes: ["x", "y z"] });
  t.deepEqual(JSON.parse(lines[1]!), { name: "", count: null, notes: [] });
  t.is(lines[2], '{"name":null,"count":9223372036854775807,"notes":["é"]}');
});

test("Parquet has the same rows, and the columns also without rows", async (t) => {
  const rows = await parquetTable(await written("parquet"));
  t.is(rows.length, 3);
  t.is(rows[0]!.name, 'a,"b"\n');
  t.is(rows[2]!.count, "9223372036854775807");
  t.deepEqual(await parquetTable(await written("parquet", [])), []);
});

test.serial("what does not fit into a column leaves no file", async (t) => {
  const folders = new Set(readdirSync(scratch.path));
  const error = await t.throwsAsync(written("parquet", [["", 2n ** 63n, []]]), { instanceOf: OutputError });
  t.is(error?.message, "--output-format=parquet: 9223372036854775808 is above 9223372036854775807");
  const [made, ...more] = readdirSync(scratch.path).filter((each) => !folders.has(each));
  t.deepEqual([readdirSync(join(scratch.path, made!)), more], [[], []]);
});
