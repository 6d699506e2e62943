/** rwipfix2silk: IPFIX as SiLK's flows. */
import type { Arguments, Switch } from "../cli/switches.js";
import { ArgumentError, InputError } from "../errors.js";
import { inputPaths } from "../files/inputs.js";
import { isStdout, openSink } from "../files/octet_sink.js";
import { OctetSource } from "../files/octet_source.js";
import { openIpfixRows } from "../formats/ipfix/rows.js";
import { NATIVE_BYTE_ORDER, SilkFlowWriter } from "../formats/silk/flow_writer.js";
import { isSilk } from "../formats/silk/header.js";
import { invocationEntry, noteEntries, outputCompression } from "../formats/silk/output.js";
import { type ColumnArrays, FlowColumns } from "../record/columns.js";
import { TextOutput } from "../text/output.js";
import { gatherRows } from "./gather_rows.js";
import { ROWS } from "./record_files.js";

/** What the log may tell of. */
const LOG_FLAGS = [
  "all",
  "bad",
  "default",
  "firewall-event",
  "missing",
  "none",
  "record-timestamps",
  "sampling",
  "show-templates",
];

/** Those that tell of flows that are left out. */
const LOGS_LEFT_OUT: ReadonlySet<string> = new Set(["all", "bad", "default"]);

const MOST_32 = 0xffff_ffff;
const MOST_INTERFACE = 0xffff;
/** Microseconds of the longest duration of SiLK's records. */
const LONGEST = MOST_32 * 1000;

export const IPFIX2SILK_SWITCHES: readonly Switch[] = [
  { name: "silk-output", argument: "PATH", group: "Output", help: "Write to PATH", fallback: "standard output" },
  { name: "print-statistics", group: "Output", help: "Print on standard error how many flows were written" },
  {
    name: "interface-values",
    argument: "KIND",
    group: "Conversion",
    help: "Take snmp (ifIndex) or vlan (the tag) for the interfaces of flows",
    fallback: "snmp",
  },
  {
    name: "log-destination",
    argument: "PATH",
    group: "Log",
    help: "Write to stdout, stderr, a file or, with none, nowhere what is left out",
    fallback: "none",
  },
  { name: "log-flags", argument: "LIST", group: "Log", help: `Tell of these: ${LOG_FLAGS.join(", ")}` },
];

export async function ipfixToSilk(args: Arguments, called: string): Promise<void> {
  const path = args.value("silk-output") ?? "-";
  const interfaces = interfaceValues(args);
  const flags = logFlags(args);
  const compression = outputCompression(args, path);
  const entries = [invocationEntry(called), ...noteEntries(args)];
  const conversion = new Conversion(interfaces);
  const sources = new Sources(inputPaths(args));
  let writer: SilkFlowWriter | undefined;
  const rows = new FlowColumns(ROWS);
  // An input that cannot be opened leaves no output behind.
  sources.read(rows);
  const sink = openSink(path, "binary");
  try {
    writer = new SilkFlowWriter(sink, { records: "any", byteOrder: NATIVE_BYTE_ORDER, compression, entries });
    for (; rows.count > 0; sources.read(rows)) {
      conversion.convert(rows);
      writer.write(rows);
    }
    writer.end();
  } catch (error) {
    sink.abort();
    throw error;
  } finally {
    sources.close();
  }
  sink.close();
  const { written, withoutPackets } = conversion;
  if (withoutPackets > 0 && flags.some((flag) => LOGS_LEFT_OUT.has(flag)))
    await log(args, `${called}: ${withoutPackets} records without packets were left out\n`);
  if (args.flag("print-statistics")) {
    const read = written + withoutPackets;
    process.stderr.write(`${called}: Read ${read} IPFIX records and wrote ${written} SiLK records to '${sink.name}'\n`);
  }
}

function interfaceValues(args: Arguments): "snmp" | "vlan" {
  const given = args.value("interface-values") ?? "snmp";
  if (given !== "snmp" && given !== "vlan")
    throw new ArgumentError("interface-values", "Expected snmp or vlan", "interface-values", given);
  return given;
}

function logFlags(args: Arguments): readonly string[] {
  const given = args.value("log-flags") ?? "default";
  const flags = given.split(/[,\s]+/).filter((each) => each !== "");
  const unknown = flags.find((each) => !LOG_FLAGS.includes(each));
  if (unknown !== undefined)
    throw new ArgumentError("log-flags", `Unrecognized value '${unknown}'`, "log-flags", given);
  return flags;
}

async function log(args: Arguments, line: string): Promise<void> {
  const path = args.value("log-destination") ?? "none";
  if (path === "none") return;
  const output = new TextOutput(openSink(isStdout(path) ? "-" : path, "text"));
  output.add(line);
  await output.end();
}

/** IPFIX files one after the other. */
class Sources {
  readonly #paths: string[];
  #current: ReturnType<typeof openIpfixRows> | undefined;

  constructor(paths: readonly string[]) {
    this.#paths = [...paths];
  }

  /** Fills rows; none at the end. */
  read(into: FlowColumns): void {
    for (;;) {
      const path = this.#paths[0];
      if (path === undefined) {
        into.count = 0;
        return;
      }
      this.#current ??= openIpfix(path);
      if (this.#current.read(into) > 0) return;
      this.close();
      this.#paths.shift();
    }
  }

  close(): void {
    this.#current?.close();
    this.#current = undefined;
  }
}

function openIpfix(path: string): ReturnType<typeof openIpfixRows> {
  const source = new OctetSource(path);
  if (!isSilk(source)) return openIpfixRows(source);
  source.close();
  throw new InputError(`${source.name}: is a SiLK file, not IPFIX`);
}

class Conversion {
  written = 0;
  /** Records that count no packets are no flows. */
  withoutPackets = 0;
  readonly #interfaces: "snmp" | "vlan";
  readonly #indexes = new Int32Array(ROWS);

  constructor(interfaces: "snmp" | "vlan") {
    this.#interfaces = interfaces;
  }

  /** Brings rows into the bounds of SiLK's records. */
  convert(rows: FlowColumns): void {
    const { packets } = rows.arrays;
    let count = 0;
    for (let i = 0; i < rows.count; i++)
      if ((packets![2 * i]! | packets![2 * i + 1]!) !== 0) this.#indexes[count++] = i;
    this.withoutPackets += rows.count - count;
    if (count < rows.count) gatherRows(rows, this.#indexes, count, rows);
    this.written += count;
    for (let i = 0; i < count; i++) this.#fit(rows.arrays, i);
  }

  #fit(arrays: ColumnArrays, i: number): void {
    const { packets, bytes, input, output, vlan } = arrays;
    if (this.#interfaces === "vlan") {
      setWide(input!, i, vlan![i]!);
      setWide(output!, i, 0);
    }
    clamp(packets!, i, MOST_32);
    clamp(bytes!, i, MOST_32);
    clamp(input!, i, MOST_INTERFACE);
    clamp(output!, i, MOST_INTERFACE);
    fitEnd(arrays.stime!, arrays.etime!, i);
  }
}

function wide(array: Uint32Array, i: number): number {
  return array[2 * i + 1]! * 4294967296 + array[2 * i]!;
}

function setWide(array: Uint32Array, i: number, value: number): void {
  array[2 * i] = value;
  array[2 * i + 1] = value / 4294967296;
}

function clamp(array: Uint32Array, i: number, most: number): void {
  if (array[2 * i + 1] !== 0 || array[2 * i]! > most) setWide(array, i, most);
}

/** A flow ends when it starts or later, within what a duration has room for. */
function fitEnd(stime: Uint32Array, etime: Uint32Array, i: number): void {
  const start = wide(stime, i);
  const end = wide(etime, i);
  const fitting = Math.min(Math.max(start, end), start + LONGEST);
  if (fitting !== end) setWide(etime, i, fitting);
}
