/** flowtap convert: files of flows, and captures, as one file in another format. */
import type { Arguments, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { noticeLine } from "../meter/notice.js";
import { withQuery } from "../query/open_query.js";
import { SilkBounds } from "../records/silk_bounds.js";
import { isCapture, MeteredFlows } from "./captures.js";
import { type ConversionPaths, conversionPaths } from "./paths.js";
import { writeFlows } from "./write_flows.js";

/** Converts and returns the exit status. */
export async function convert(args: Arguments, own: readonly Switch[], called: string): Promise<number> {
  const paths = conversionPaths(args);
  if (args.flag("fit") && paths.format !== "silk")
    throw new UsageError(`--fit is for SiLK's records: ${paths.format} has room for all values`);
  const captures = paths.inputs.filter(isCapture);
  if (captures.length === 0) return convertFlows(paths.inputs, paths, args, own, called);
  const metered = new MeteredFlows(args);
  try {
    const notices = await metered.meter(captures, args);
    for (const notice of notices) process.stderr.write(`${called}: ${noticeLine(notice)}\n`);
    if (metered.interrupted !== undefined) return metered.interrupted;
    // The captures share one flow table: their flows stand where the first capture did.
    const inputs = paths.inputs.flatMap((path) =>
      captures[0] === path ? [metered.path] : captures.includes(path) ? [] : [path],
    );
    return await convertFlows(inputs, paths, args, own, called);
  } finally {
    metered.remove();
  }
}

function convertFlows(
  inputs: readonly string[],
  { output, format }: ConversionPaths,
  args: Arguments,
  own: readonly Switch[],
  called: string,
): Promise<number> {
  const bounds = args.flag("fit") ? new SilkBounds("snmp") : undefined;
  return withQuery({ ...args, positionals: inputs }, own, called, async (query) => {
    await writeFlows(query, output, format, (rows) => bounds?.fit(rows), args, called);
    if (bounds !== undefined && bounds.withoutPackets > 0)
      process.stderr.write(`${called}: flows without packets, left out: ${bounds.withoutPackets}\n`);
    return 0;
  });
}
