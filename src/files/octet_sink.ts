import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import { ClosedPipeError, OutputError, systemCode, systemReason } from "../errors.js";
import { endProgress } from "../text/progress.js";
import { pauseMilliseconds } from "./octet_source.js";

/** What a sink is given: binary formats are refused on terminals. */
export type Content = "binary" | "text";

/** A file, FIFO or standard stream that is written forward and synchronously. */
export interface OctetSink {
  readonly name: string;
  /** @throws ClosedPipeError when the reader has gone; OutputError naming the path */
  write(octets: Uint8Array): void;
  /** All is written: a new file appears under its name only now. */
  close(): void;
  /** Nothing shall remain of a new file. */
  abort(): void;
}

/** Names that mean standard output. */
export function isStdout(path: string): boolean {
  return path === "-" || path === "stdout";
}

/**
 * Opens what a path names: `-` or `stdout`, `stderr`, a FIFO or device (written into), or a new file, which is written
 * under a temporary name. A file that exists is refused unless SILK_CLOBBER is set, as SiLK does.
 *
 * @throws OutputError naming the path
 */
export function openSink(path: string, content: Content): OctetSink {
  if (isStdout(path)) return standardSink(1, "stdout", content);
  if (path === "stderr") return standardSink(2, "stderr", content);
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory()) throw new OutputError(`cannot write ${path}: it is a folder`);
  if (there !== undefined && !there.isFile()) return new DescriptorSink(path, open(path, "w"));
  if (there !== undefined && !clobbers()) throw new OutputError(`cannot write ${path}: file exists`);
  return new NewFileSink(path);
}

/** Whether existing outputs may be replaced: SILK_CLOBBER is set to anything but nothing or 0. */
function clobbers(): boolean {
  const value = process.env.SILK_CLOBBER ?? "";
  return value !== "" && value !== "0";
}

function standardSink(fd: 1 | 2, name: string, content: Content): OctetSink {
  if (content === "binary" && isatty(fd)) throw new OutputError(`will not write binary data to the terminal (${name})`);
  return isatty(fd) ? new TerminalSink(name, fd) : new DescriptorSink(name, fd);
}

function open(path: string, flags: "w" | "wx"): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    throw new OutputError(`cannot write ${path}: ${systemReason(error)}`);
  }
}

/** Writes all octets, waiting where the descriptor was made non-blocking. */
function writeAll(fd: number, name: string, octets: Uint8Array): void {
  for (let at = 0; at < octets.length; ) {
    try {
      at += writeSync(fd, octets, at, octets.length - at);
    } catch (error) {
      const code = systemCode(error);
      if (code === "EAGAIN") pauseMilliseconds(1);
      else if (code === "EPIPE") throw new ClosedPipeError(`${name} was closed by its reader`);
      else throw new OutputError(`cannot write ${name}: ${systemReason(error)}`);
    }
  }
}

class DescriptorSink implements OctetSink {
  constructor(
    readonly name: string,
    readonly fd: number,
  ) {}

  write(octets: Uint8Array): void {
    writeAll(this.fd, this.name, octets);
  }

  close(): void {
    if (this.fd > 2) closeSync(this.fd);
  }

  abort(): void {
    this.close();
  }
}

/** Writes where a progress bar may stand. */
class TerminalSink extends DescriptorSink {
  override write(octets: Uint8Array): void {
    endProgress();
    super.write(octets);
  }
}

class NewFileSink implements OctetSink {
  readonly #temporary: string;
  readonly #fd: number;

  constructor(readonly name: string) {
    this.#temporary = `${name}.${process.pid}.tmp`;
    this.#fd = open(this.#temporary, "wx");
  }

  write(octets: Uint8Array): void {
    writeAll(this.#fd, this.name, octets);
  }

  close(): void {
    fsyncSync(this.#fd);
    closeSync(this.#fd);
    renameSync(this.#temporary, this.name);
  }

  abort(): void {
    closeSync(this.#fd);
    rmSync(this.#temporary, { force: true });
  }
}
