/**
 * Generates the straight-line code that reads data records of one template into rows, only the columns that are wanted.
 * A bidirectional record becomes two rows.
 */
import type { ColumnArrays, ColumnName } from "../../record/columns.js";
import { listedFlags } from "./listed_flags.js";
import type { RowContext, RowRules, SamplingColumn } from "./row_context.js";
import { RowElements } from "./row_elements.js";
import { samplingOf } from "./row_sampling.js";
import { RowText } from "./row_text.js";
import { AGE } from "./row_times.js";
import type { Specifier, Template } from "./template.js";

/**
 * Reads records from octet `p` up to `end` into the rows from `row` on, below `limit`. `result` gets what RESULT names:
 * the position reached, the row behind the last, and numbers of records.
 */
export type ReadRows = (
  view: DataView,
  p: number,
  end: number,
  columns: ColumnArrays,
  row: number,
  limit: number,
  context: RowContext,
  result: Uint32Array,
) => void;

export interface RowReader {
  readonly read: ReadRows;
  /** Rows that one record may become. */
  readonly rowsARecord: 1 | 2;
  /** Octets of the shortest record. */
  readonly least: number;
  /** What `samplers` of the context gets. */
  readonly sampling: SamplingColumn;
  /** Elements that no column is read from. */
  readonly unread: readonly Specifier[];
}

/**
 * @param names the columns wanted
 * @param rules which records become rows; default all
 */
export function compileRowReader(template: Template, names: readonly ColumnName[], rules?: RowRules): RowReader {
  const elements = new RowElements(template.specifiers);
  const text = new RowText(elements, new Set(names), rules);
  const two = text.hasReverse;
  const { column, value } = samplingOf(elements);
  const sampling = rules?.sampling === "noted" ? column : "none";
  const note = sampling === "none" ? "" : `samplers[row-row0]=${value};`;
  const row = (half: "forward" | "reverse") => `${text.half(half)}${note}row++;`;
  const body = `"use strict";return (view,p,end,columns,row,limit,context,result)=>{
const {${names.map((name) => `${name}:c_${name}`).join(",")}}=columns,{exported,uptime,sensor,samplers,find}=context,row0=row;
let flows=0,noAddresses=0,noTraffic=0,events=0;${AGE}
while(row<${two ? "limit-1" : "limit"}&&end-p>=${elements.least}){${elements.prelude}
${text.skips()}${text.times()}${text.prelude()}${text.forwardCondition()}{${row("forward")}}
${two ? `${text.reverseCondition()}{${text.reverseTimes()}${row("reverse")}}` : ""}
flows++;p=${elements.next};}
result[0]=p;result[1]=row;result[2]=flows;result[3]=noAddresses;result[4]=noTraffic;result[5]=events;}`;
  // Numbers of the template and names of our columns only: nothing from the network is compiled as text.
  const read = (new Function("listedFlags", body) as (flags: typeof listedFlags) => ReadRows)(listedFlags);
  const { least, unread } = elements;
  return { read, rowsARecord: two ? 2 : 1, least, sampling, unread };
}
