/** rwp2yaf2silk: captures through the meter into SiLK's records, where SiLK's script runs yaf and rwipfix2silk. */
import type { Arguments } from "../cli/switches.js";
import { InputError } from "../errors.js";
import { isStdout, openSink } from "../files/octet_sink.js";
import { NATIVE_BYTE_ORDER, SilkFlowWriter } from "../formats/silk/flow_writer.js";
import { invocationEntry, noteEntries, outputCompression } from "../formats/silk/output.js";
import { interfaceValues } from "../records/interface_values.js";
import { SilkBounds } from "../records/silk_bounds.js";
import { TextOutput } from "../text/output.js";
import { Interruption } from "./interruption.js";
import { Meter } from "./meter.js";
import { meterIntoRows } from "./metered_rows.js";
import type { SourceNotice } from "./native.js";
import { noticeLine } from "./notice.js";
import { capturesOf, equivalent, nativeOptions, type Stages, stagesOf } from "./yaf_stages.js";

/** Writes the flows of captures and returns the exit status. */
export async function capturesToSilk(args: Arguments, called: string): Promise<number> {
  const stages = stagesOf(args);
  if (args.flag("dry-run")) {
    const output = new TextOutput(openSink("-", "text"));
    output.add(`${equivalent(stages)}\n`);
    await output.end();
    return 0;
  }
  return convert(stages, called);
}

async function convert(stages: Stages, called: string): Promise<number> {
  const { output, writer: writing } = stages;
  const captures = capturesOf(stages);
  const compression = outputCompression(writing, output);
  const bounds = new SilkBounds(interfaceValues(writing));
  const entries = [invocationEntry(called), ...noteEntries(writing)];
  const options = nativeOptions(stages, captures);
  const sink = openSink(isStdout(output) ? "-" : output, "binary");
  const meter = new Meter(options);
  const interruption = new Interruption({ finish: () => meter.stop(), giveUp: () => sink.abort() });
  let notices: readonly SourceNotice[];
  try {
    const writer = new SilkFlowWriter(sink, { records: "any", byteOrder: NATIVE_BYTE_ORDER, compression, entries });
    notices = await meterIntoRows(meter, (rows) => {
      bounds.fit(rows);
      writer.write(rows);
    });
    const fatal = notices.filter((notice) => notice.fatal);
    if (fatal.length >= captures.length) throw new InputError(noticeLine(fatal[0]!));
    writer.end();
  } catch (error) {
    sink.abort();
    throw error;
  } finally {
    interruption.end();
    meter.close();
  }
  sink.close();
  for (const notice of notices) process.stderr.write(`${called}: ${noticeLine(notice)}\n`);
  if (writing.flag("print-statistics"))
    process.stderr.write(`${called}: Wrote ${bounds.written} SiLK records to '${sink.name}'\n`);
  return interruption.status ?? (notices.some((notice) => notice.fatal) ? 1 : 0);
}
