/** Copies flows of many files into one SiLK file. */
import type { Arguments } from "../../cli/switches.js";
import { ArgumentError, InputError } from "../../errors.js";
import { inputPaths } from "../../files/inputs.js";
import { openSink } from "../../files/octet_sink.js";
import { FlowFiles, isParquet } from "../../query/flow_files.js";
import { FlowColumns } from "../../record/columns.js";
import { Site, TWO_WAY_SITE } from "../../site/site.js";
import { NATIVE_BYTE_ORDER, SilkFlowWriter } from "./flow_writer.js";
import type { ByteOrder } from "./header.js";
import { noteEntries, outputCompression } from "./output.js";

/** Rows taken at once; their columns stay in the second-level cache. */
const ROWS = 4096;

const BYTE_ORDERS: Readonly<Record<string, ByteOrder>> = {
  native: NATIVE_BYTE_ORDER,
  big: "big",
  little: "little",
};

/** Copies as the switches of `flowtap cat` say. Headers of the inputs are not copied: SiLK's rwcat keeps no history. */
export function concatenate(args: Arguments): void {
  const path = args.value("output-path") ?? "-";
  const byteOrder = chosenByteOrder(args.value("byte-order"));
  const compression = outputCompression(args, path);
  const entries = noteEntries(args);
  const paths = inputPaths(args);
  const parquet = paths.find(isParquet);
  if (parquet !== undefined) throw new InputError(`${parquet}: Parquet files cannot be concatenated as SiLK files`);
  const onOpen = (name: string) => {
    if (args.flag("print-filenames")) process.stderr.write(`${name}\n`);
  };
  const files = new FlowFiles(paths, { site: new Site(TWO_WAY_SITE), onOpen });
  const sink = openSink(path, "binary");
  try {
    const rows = new FlowColumns(ROWS);
    // An input that cannot be opened shall leave nothing behind on a pipe.
    files.read(rows);
    const records = args.flag("ipv4-output") ? "ipv4" : "any";
    const writer = new SilkFlowWriter(sink, { records, byteOrder, compression, entries });
    for (; rows.count > 0; files.read(rows)) writer.write(rows);
    writer.end();
    sink.close();
  } catch (error) {
    sink.abort();
    throw error;
  } finally {
    files.close();
  }
}

function chosenByteOrder(given: string | undefined): ByteOrder {
  if (given === undefined) return NATIVE_BYTE_ORDER;
  const [name, ...others] = Object.keys(BYTE_ORDERS).filter((each) => each.startsWith(given.toLowerCase()));
  if (given === "" || name === undefined || others.length > 0)
    throw new ArgumentError("byte-order", `Unrecognized value '${given}'`, "byte-order", given);
  return BYTE_ORDERS[name]!;
}
