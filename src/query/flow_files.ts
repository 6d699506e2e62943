/** Flow files and streams, one after the other, as one source of rows. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { InputError } from "../errors.js";
import { isStdin, OctetSource } from "../files/octet_source.js";
import { openIpfixRows } from "../formats/ipfix/rows.js";
import { isNfdump } from "../formats/nfdump/header.js";
import { NfdumpRows } from "../formats/nfdump/rows.js";
import { openSilkFlows } from "../formats/silk/flows.js";
import { isSilk, readSilkHeader, type SilkHeader } from "../formats/silk/header.js";
import type { FlowColumns, RowSource } from "../record/columns.js";
import type { Site } from "../site/site.js";
import type { InputOctets } from "./input_octets.js";

export type FlowFormat = "silk" | "ipfix" | "nfdump" | "parquet";

/** One file that is open for reading. */
interface OpenFile {
  readonly octets: OctetSource;
  readonly source: RowSource;
  readonly format: FlowFormat;
  readonly header: SilkHeader | undefined;
}

/** What IPFIX messages begin with (RFC 7011 section 3.1). */
const IPFIX_VERSION = 10;

/** Whether a path is a Parquet file: those are read by the query engine itself. */
export function isParquet(path: string): boolean {
  // A named pipe must be opened once only: its writer takes the first reader's leaving for the end.
  if (isStdin(path) || !statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  const magic = Buffer.alloc(4);
  let fd: number | undefined;
  try {
    // To open a FIFO and leave it again would end its writer.
    if (!statSync(path).isFile()) return false;
    fd = openSync(path, "r");
    return readSync(fd, magic, 0, 4, 0) === 4 && magic.toString("latin1") === "PAR1";
  } catch {
    // A file that cannot be opened is reported by who reads it.
    return false;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** IPFIX may begin with names of sensors and types. */
function openStream(octets: OctetSource, site: Site): OpenFile {
  const source = openIpfixRows(octets);
  source.readNames();
  site.learn(source.siteHints.sensors, source.siteHints.flowtypes);
  return { octets, source, format: "ipfix", header: undefined };
}

function openFlowFile(path: string, site: Site): OpenFile {
  const octets = new OctetSource(path);
  if (isSilk(octets)) {
    const header = readSilkHeader(octets);
    return { octets, source: openSilkFlows(octets, header), format: "silk", header };
  }
  if (octets.need(2) && octets.view.getUint16(octets.start) === IPFIX_VERSION) return openStream(octets, site);
  if (isNfdump(octets)) return { octets, source: new NfdumpRows(octets), format: "nfdump", header: undefined };
  if (octets.available === 0 && !octets.need(1)) throw new InputError(`${octets.name}: empty input`);
  const parquet = octets.need(4) && octets.view.getUint32(octets.start) === 0x50415231;
  throw new InputError(
    parquet
      ? `${octets.name}: Parquet cannot be read from a pipe: give the file's name`
      : `${octets.name}: not a flow file: neither SiLK nor IPFIX nor nfdump's nor Parquet`,
  );
}

/** Octets of a file; NaN when it is a stream or cannot be looked at. */
function regularSize(path: string): number {
  const stats = isStdin(path) ? undefined : statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? stats.size : Number.NaN;
}

export interface FlowFilesOptions {
  /** Learns the names that streams bring. */
  readonly site: Site;
  /** Called with each path as it is opened. */
  readonly onOpen?: (path: string) => void;
}

/** Reads flow files in order; each is opened when the one before has ended. */
export class FlowFiles implements RowSource {
  /** Files opened so far. */
  opened = 0;
  readonly #paths: readonly string[];
  readonly #onOpen: (path: string) => void;
  readonly #site: Site;
  #next = 0;
  /** Octets of the files that were read to their ends. */
  #octetsBefore = 0;
  #total: number | undefined;
  #current: OpenFile | undefined;
  #first: OpenFile | undefined;

  constructor(paths: readonly string[], { site, onOpen = () => {} }: FlowFilesOptions) {
    this.#paths = paths;
    this.#site = site;
    this.#onOpen = onOpen;
  }

  /** All files, in order. */
  get paths(): readonly string[] {
    return this.#paths;
  }

  /** Octets of the files, and how many of them have been read; the total is unknown when there are streams. */
  get octets(): InputOctets {
    this.#total ??= this.#paths.reduce((sum, path) => sum + regularSize(path), 0);
    const read = this.#octetsBefore + (this.#current?.octets.fileOctets ?? 0);
    return { read, total: Number.isNaN(this.#total) ? undefined : this.#total };
  }

  /** Format of the first file, which decides that of an output. Opens it. */
  format(): FlowFormat {
    return this.#openFirst().format;
  }

  /** Header of the first file, when it is SiLK's. */
  header(): SilkHeader | undefined {
    return this.#openFirst().header;
  }

  read(into: FlowColumns): number {
    for (;;) {
      const file = this.#current ?? this.#open();
      if (file === undefined) {
        into.count = 0;
        return 0;
      }
      const count = file.source.read(into);
      if (count > 0) return count;
      this.#octetsBefore += file.octets.fileOctets;
      file.source.close();
      this.#current = undefined;
    }
  }

  close(): void {
    this.#current?.source.close();
    this.#current = undefined;
    this.#next = this.#paths.length;
  }

  #openFirst(): OpenFile {
    this.#first ??= this.#open();
    if (this.#first === undefined) throw new InputError("no input");
    return this.#first;
  }

  #open(): OpenFile | undefined {
    const path = this.#paths[this.#next];
    if (path === undefined) return undefined;
    this.#next += 1;
    this.#onOpen(path);
    this.#current = openFlowFile(path, this.#site);
    this.#first ??= this.#current;
    this.opened += 1;
    return this.#current;
  }
}
