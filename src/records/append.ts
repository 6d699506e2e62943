/** rwappend: records of files behind those of another one. */
import { statSync } from "node:fs";
import type { Arguments } from "../cli/switches.js";
import { InputError, UsageError } from "../errors.js";
import { isStdout, type OctetSink, openSink } from "../files/octet_sink.js";
import { isStdin, OctetSource } from "../files/octet_source.js";
import { BodyWriter } from "../formats/silk/body.js";
import { NATIVE_BYTE_ORDER } from "../formats/silk/flow_writer.js";
import { layoutIn } from "../formats/silk/flows.js";
import { readSilkHeader, type SilkHeader, writeSilkHeader } from "../formats/silk/header.js";
import { layoutOf } from "../formats/silk/layouts/table.js";
import { invocationEntry, outputCompression } from "../formats/silk/output.js";
import { IPV6ROUTING_RECORD } from "../formats/silk/record_writer.js";
import { appendRecords, type RecordForm, takesFromHeader } from "./append_records.js";
import { AppendedOctets, readTargetHeader } from "./append_target.js";

interface Target extends Pick<SilkHeader, "compression"> {
  readonly form: RecordForm;
  readonly sink: OctetSink;
}

/** Appends the sources to the target, which are the arguments. */
export function append(args: Arguments, called: string): void {
  const [path, ...sources] = args.positionals;
  if (path === undefined || sources.length === 0)
    throw new UsageError("Must specify a target file and at least one source file");
  if (isStdin(path) || isStdout(path)) throw new UsageError("The target must be a file: it cannot be standard output");
  const target = statSync(path, { throwIfNoEntry: false }) === undefined ? create(path, args, called) : existing(path);
  const { form, sink, compression } = target;
  const counts: number[] = [];
  try {
    const body = new BodyWriter(sink, compression, layoutOf(form.format, form.recordVersion)!.length);
    for (const source of sources) counts.push(appendRecords(source, body, form, path));
    body.flush();
  } catch (error) {
    sink.abort();
    throw error;
  }
  sink.close();
  if (args.flag("print-statistics")) process.stderr.write(statistics(path, sources, counts));
}

function existing(path: string): Target {
  const header = readTargetHeader(path);
  layoutIn(path, header);
  return { form: header, compression: header.compression, sink: new AppendedOctets(path) };
}

/** A new target: its header is that of the template as far as records need it. */
function create(path: string, args: Arguments, called: string): Target {
  if (!args.flag("create")) throw new InputError(`${path}: file does not exist, and --create was not given`);
  const compression = outputCompression(args, path);
  const template = args.value("create") ?? "";
  const form = template === "" ? defaultForm() : templateForm(template);
  const sink = openSink(path, "binary");
  const recordLength = layoutOf(form.format, form.recordVersion)!.length;
  writeSilkHeader(sink, { ...form, compression, recordLength, entries: [...form.entries, invocationEntry(called)] });
  return { form, compression, sink };
}

function defaultForm(): RecordForm {
  const { format, recordVersion } = IPV6ROUTING_RECORD;
  return { format, recordVersion, byteOrder: NATIVE_BYTE_ORDER, entries: [] };
}

function templateForm(path: string): RecordForm {
  const source = new OctetSource(path);
  try {
    const header = readSilkHeader(source);
    layoutIn(path, header);
    const kept = takesFromHeader(header) ? header.entries.filter(({ kind }) => kind === "packed-file") : [];
    return { ...header, entries: kept };
  } finally {
    source.close();
  }
}

function statistics(target: string, sources: readonly string[], counts: readonly number[]): string {
  const lines = sources.map((source, k) => `${counts[k]} records read from ${source}\n`);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return `${lines.join("")}${total} records appended to ${target}\n`;
}
