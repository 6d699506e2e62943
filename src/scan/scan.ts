/** rwscan: sources whose flows look like scans. */
import type { Arguments } from "../cli/switches.js";
import { number64, type TakeRows } from "../query/engine.js";
import type { FlowQuery } from "../query/flow_query.js";
import { IS_IPV4 } from "../query/partition/numbers.js";
import { tableFormat } from "../query/table/table_format.js";
import { withTextOutput } from "../text/output.js";
import { SCANNED_PROTOCOLS, ScanDetector } from "./detector.js";
import { ScanDetails } from "./scan_details.js";
import { SCAN_PARTS, ScanFlow } from "./scan_flow.js";
import { type ScanModels, scanModels } from "./scan_options.js";
import { type Scan, ScanTable } from "./scan_table.js";

/** Prints the scans among the flows of the query and returns the exit status. */
export async function runScan(query: FlowQuery, args: Arguments): Promise<number> {
  const details = new ScanDetails(args, (line) => void process.stderr.write(`${line}\n`));
  const models = scanModels(args);
  const format = tableFormat(args);
  const table = new ScanTable(args);
  if (format !== undefined) {
    const { writeScans } = await import("./scan_values.js");
    const scans: Scan[] = [];
    await findScans(query, models, details, (scan) => scans.push(scan));
    await writeScans(scans, format, args.value("output-path") ?? "-", query.site);
    return 0;
  }
  await withTextOutput(args, async (output) => {
    output.add(table.titles());
    await findScans(query, models, details, (scan) => output.add(table.line(scan)));
  });
  return 0;
}

async function findScans(
  query: FlowQuery,
  { walk, regression }: ScanModels,
  details: ScanDetails,
  take: (scan: Scan) => void,
): Promise<void> {
  const engine = await query.engine();
  const detector = new ScanDetector(walk, regression, (traffic, findings) => {
    details.source(traffic, findings);
    if (findings.scan !== undefined) take({ ...traffic, ...findings.scan });
  });
  const flow = new ScanFlow();
  const takeRows: TakeRows = (arrays, count) => {
    for (let i = 0; i < count; i++) {
      flow.become(arrays, i);
      details.flow(flow, details.tellsFlows ? number64(arrays[SCAN_PARTS.length]!, i) : 0);
      detector.add(flow);
    }
  };
  const { sql, types } = select(details.tellsFlows ? "with counts" : "plain");
  await engine.stream(query.statement(sql), types, takeRows);
  detector.end();
}

/** Flows in the order in which the detector takes them, whatever that of the input is. */
function select(form: "plain" | "with counts") {
  const counts = form === "plain" ? "" : ", count(*) OVER (PARTITION BY sip_lo, proto)::BIGINT";
  const columns = SCAN_PARTS.map(({ sql }) => sql).join(", ");
  const types = SCAN_PARTS.map(({ type }) => type);
  return {
    sql:
      `SELECT ${columns}${counts} FROM flows WHERE ${IS_IPV4} AND proto IN (${SCANNED_PROTOCOLS.join(", ")}) ` +
      "ORDER BY sip_lo, proto, dip_lo, stime",
    types: form === "plain" ? types : [...types, "BIGINT" as const],
  };
}
