/** Flow files, changed: rows, or one error that names the file. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../src/errors.js";
import { FlowFiles } from "../../src/query/flow_files.js";
import { FlowColumns } from "../../src/record/columns.js";
import { Site, TWO_WAY_SITE } from "../../src/site/site.js";
import { FIXTURES } from "../support/fixtures.js";
import { Scratch } from "../support/scratch.js";
import type { Mutator } from "./mutation.js";
import type { FuzzTarget } from "./target.js";

/** Octets of a file that are looked at: headers, templates and some records. */
const BEGINNING = 16_384;

const SEEDS = [
  "nfdump/teams.nfcapd",
  "silk/v4.ipfix",
  "silk/v4.rw",
  "silk/v4-zlib.rw",
  "silk/v4-lzo1x.rw",
  "silk/v4-bigendian.rw",
  "silk/v4-generic.rw",
  "silk/v6.rw",
] as const;

export class FileTarget implements FuzzTarget {
  readonly name = "files";
  readonly #scratch = new Scratch();
  readonly #seeds: Uint8Array[] = SEEDS.map((name) => readFileSync(join(FIXTURES, name)).subarray(0, BEGINNING));
  readonly #rows = new FlowColumns(4096);
  #last: Uint8Array = new Uint8Array();

  run(mutator: Mutator): ReadonlySet<string> {
    this.#last = mutator.changed(mutator.pick(this.#seeds), this.#seeds);
    const path = join(this.#scratch.path, "flows");
    writeFileSync(path, this.#last);
    let rows = 0;
    let ending = "whole";
    const source = new FlowFiles([path], { site: new Site(TWO_WAY_SITE), onOpen: () => {} });
    try {
      while (source.read(this.#rows) > 0) rows += this.#rows.count;
    } catch (error) {
      if (!(error instanceof InputError) || !error.message.includes(path)) throw error;
      // Numbers are places in the file.
      ending = error.message.replaceAll(/\d+/g, "N");
    } finally {
      source.close();
    }
    return new Set([`${ending}.${rows === 0 ? "none" : Math.floor(Math.log2(rows))}`]);
  }

  keep(): void {
    this.#seeds.push(this.#last);
  }

  get last(): string {
    return Buffer.from(this.#last).toString("hex");
  }

  close(): void {
    this.#scratch.remove();
  }
}
