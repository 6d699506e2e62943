import type { FlowColumns } from "../record/columns.js";
import { ROWS } from "../records/record_files.js";
import { FlowRows } from "./flow_rows.js";
import type { Meter } from "./meter.js";
import type { SourceNotice } from "./native.js";

/**
 * Runs a meter to its end and hands its flows on as rows.
 *
 * @param take the rows are valid only during the call, which may change them
 * @returns what the captures had to say
 */
export async function meterIntoRows(meter: Meter, take: (rows: FlowColumns) => void): Promise<readonly SourceNotice[]> {
  const notices: SourceNotice[] = [];
  const rows = new FlowRows(ROWS, take);
  const flows = { write: rows.write.bind(rows), ready: () => undefined, flush: () => {} };
  await meter.run(flows, (heard) => notices.push(...heard));
  return notices;
}
