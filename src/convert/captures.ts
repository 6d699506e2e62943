/** Captures among the files that are converted: the meter makes flows of them, which wait in a file of rows. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Arguments } from "../cli/switches.js";
import { InputError, systemReason } from "../errors.js";
import { openSink } from "../files/octet_sink.js";
import { isStdin, OctetSource } from "../files/octet_source.js";
import { IpfixRowWriter } from "../formats/ipfix/row_writer.js";
import { CAPTURE_MAGICS } from "../meter/captures.js";
import { Interruption } from "../meter/interruption.js";
import { Meter } from "../meter/meter.js";
import { meterIntoRows } from "../meter/metered_rows.js";
import type { SourceNotice } from "../meter/native.js";
import { noticeLine } from "../meter/notice.js";
import { meterOptions } from "../meter/options.js";
import { captureArguments } from "./capture_switches.js";

/** Whether a file begins as captures do, compressed or not. Pipes are not looked into: flows come by them. */
export function isCapture(path: string): boolean {
  if (isStdin(path) || !statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  const source = new OctetSource(path);
  try {
    return source.need(4) && CAPTURE_MAGICS.has(source.view.getUint32(source.start));
  } finally {
    source.close();
  }
}

/** The flows of captures in a file that is there until `remove`. */
export class MeteredFlows {
  readonly path: string;
  /** Exit status of a run that a signal has ended before all was metered; undefined as a rule. */
  interrupted: number | undefined;
  readonly #folder: string;

  /** @throws InputError when there is no room for the file */
  constructor(args: Arguments) {
    const parent = args.value("temp-directory") ?? process.env.SILK_TMPDIR ?? process.env.TMPDIR ?? tmpdir();
    try {
      this.#folder = mkdtempSync(join(parent, "flowtap-convert-"));
    } catch (error) {
      throw new InputError(`temporary folder ${parent} cannot be written: ${systemReason(error)}`);
    }
    this.path = join(this.#folder, "flows.ipfix");
  }

  /**
   * Meters the captures, in order, into one flow table.
   *
   * @returns what they had to say
   * @throws InputError when one of them cannot be read
   */
  async meter(captures: readonly string[], args: Arguments): Promise<readonly SourceNotice[]> {
    const meter = new Meter(meterOptions(captureArguments(args), captures, 0));
    const interruption = new Interruption({ finish: () => meter.stop(), giveUp: () => this.remove() });
    let notices: readonly SourceNotice[];
    const sink = openSink(this.path, "binary");
    try {
      const writer = new IpfixRowWriter(sink);
      notices = await meterIntoRows(meter, (rows) => writer.write(rows));
      const fatal = notices.find((notice) => notice.fatal);
      if (fatal !== undefined) throw new InputError(noticeLine(fatal));
      writer.end();
    } catch (error) {
      sink.abort();
      throw error;
    } finally {
      interruption.end();
      meter.close();
    }
    sink.close();
    this.interrupted = interruption.status;
    return notices;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
