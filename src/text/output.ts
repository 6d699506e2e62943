/** Where tables go: standard output, `--output-path`, or a pager on a terminal. */
import { spawn } from "node:child_process";
import { isatty } from "node:tty";
import type { Arguments, Switch } from "../cli/switches.js";
import { OutputError, systemReason } from "../errors.js";
import { type OctetSink, openSink } from "../files/octet_sink.js";
import { endProgress } from "./progress.js";

export const TEXT_OUTPUT_SWITCHES: readonly Switch[] = [
  {
    name: "output-path",
    argument: "PATH",
    group: "Output",
    help: "Write to PATH instead of standard output",
  },
  {
    name: "pager",
    argument: "PROGRAM",
    group: "Output",
    help: "Show output on a terminal through PROGRAM; empty for none",
    fallback: "the environment's SILK_PAGER, then PAGER",
  },
];

/** Characters after which text is handed on: one write per piece instead of one per line. */
const PIECE = 64 * 1024;

/** Gathers text into large pieces. */
export class TextOutput {
  readonly #sink: OctetSink;
  readonly #done: () => Promise<void>;
  readonly #encoder = new TextEncoder();
  #text = "";

  constructor(sink: OctetSink, done: () => Promise<void> = async () => {}) {
    this.#sink = sink;
    this.#done = done;
  }

  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= PIECE) this.#flush();
  }

  /** Writes the rest; a new file stands under its name then, and a pager has been left. */
  async end(): Promise<void> {
    this.#flush();
    this.#sink.close();
    await this.#done();
  }

  abort(): void {
    this.#sink.abort();
  }

  #flush(): void {
    if (this.#text === "") return;
    this.#sink.write(this.#encoder.encode(this.#text));
    this.#text = "";
  }
}

/** Runs `print` with an opened output: ends it after that, or leaves nothing of a new file when it fails. */
export async function withTextOutput(args: Arguments, print: (output: TextOutput) => Promise<void>): Promise<void> {
  const output = openTextOutput(args);
  try {
    await print(output);
  } catch (error) {
    output.abort();
    throw error;
  }
  await output.end();
}

/** @throws OutputError when the path or the pager cannot be used */
export function openTextOutput(args: Arguments): TextOutput {
  const path = args.value("output-path");
  if (path !== undefined) return new TextOutput(openSink(path, "text"));
  const pager = args.value("pager") ?? process.env.SILK_PAGER ?? process.env.PAGER ?? "";
  if (pager === "" || !isatty(1)) return new TextOutput(openSink("-", "text"));
  return openPager(pager);
}

function openPager(program: string): TextOutput {
  const child = spawn(program, { shell: true, stdio: ["pipe", "inherit", "inherit"] });
  child.stdin.on("error", () => {}); // the user has left the pager
  const left = new Promise<void>((resolve, reject) => {
    child.on("error", (error) => reject(new OutputError(`cannot start the pager ${program}: ${systemReason(error)}`)));
    child.on("close", () => resolve());
  });
  const sink: OctetSink = {
    name: program,
    write(octets) {
      endProgress();
      child.stdin.write(Buffer.from(octets));
    },
    close: () => void child.stdin.end(),
    abort: () => void child.kill(),
  };
  return new TextOutput(sink, () => left);
}
