/** Rows from the files of nfcapd, nfpcapd and nfdump. */
import { InputError } from "../../errors.js";
import type { OctetSource } from "../../files/octet_source.js";
import type { FlowColumns, RowSource } from "../../record/columns.js";
import { BLOCK, type NfdumpBlock, NfdumpBlocks } from "./blocks.js";
import { ELEMENT_RECORD, readElementRecord } from "./element_record.js";
import { readNfdumpHeader } from "./header.js";
import { EXTENSION_MAP, ExtensionMaps, MAPPED_RECORD, OLD_RECORD, readMappedRecord } from "./mapped_record.js";
import { emptyRows, RecordValues, ROWS_A_RECORD, recordAppender } from "./record_rows.js";

/** Rows that are made at once. */
const ROWS = 4096;

const RECORD_HEADER = 4;

export class NfdumpRows implements RowSource {
  readonly #source: OctetSource;
  readonly #blocks: NfdumpBlocks;
  readonly #maps = new ExtensionMaps();
  readonly #values = new RecordValues();
  readonly #rows = emptyRows(ROWS);
  readonly #append = recordAppender(this.#rows);
  /** First row that has not been handed on. */
  #next = 0;
  #block: NfdumpBlock | undefined;
  #position = 0;
  #ended = false;
  #failure: InputError | undefined;

  constructor(source: OctetSource) {
    this.#source = source;
    this.#blocks = new NfdumpBlocks(source, readNfdumpHeader(source));
  }

  read(into: FlowColumns): number {
    into.count = 0;
    while (into.count < into.capacity) {
      if (this.#next === this.#rows.count && !this.#fill()) break;
      this.#handOn(into);
    }
    if (into.count === 0 && this.#failure !== undefined) throw this.#failure;
    return into.count;
  }

  close(): void {
    this.#source.close();
  }

  #handOn(into: FlowColumns): void {
    const count = Math.min(this.#rows.count - this.#next, into.capacity - into.count);
    for (const name of into.names) {
      const from = this.#rows.arrays[name]!;
      const width = from.length / this.#rows.capacity;
      into.arrays[name]!.set(from.subarray(width * this.#next, width * (this.#next + count)), width * into.count);
    }
    this.#next += count;
    into.count += count;
  }

  /** Makes rows of the next records; returns false at the end. Rows before a fault are handed on first. */
  #fill(): boolean {
    this.#rows.count = this.#next = 0;
    try {
      while (!this.#ended && this.#rows.count + ROWS_A_RECORD <= ROWS) this.#advance();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#failure = error;
      this.#ended = true;
    }
    return this.#rows.count > 0;
  }

  #advance(): void {
    if (this.#block === undefined || this.#position >= this.#block.end) this.#nextBlock();
    else this.#readRecord(this.#block);
  }

  #nextBlock(): void {
    this.#block = this.#blocks.next();
    if (this.#block === undefined) {
      this.#ended = true;
      return;
    }
    const { type, offset, start } = this.#block;
    if (type !== BLOCK.elementRecords && type !== BLOCK.mappedRecords)
      throw new InputError(`${this.#source.name}: block at octet ${offset}: is of unknown type ${type}`);
    this.#position = start;
  }

  #readRecord(block: NfdumpBlock): void {
    const { view, end } = block;
    const start = this.#position;
    if (end - start < RECORD_HEADER) throw this.#error(block, "is cut off");
    const type = view.getUint16(start, true);
    const length = view.getUint16(start + 2, true);
    if (length < RECORD_HEADER || length > end - start) throw this.#error(block, "reaches past its block");
    this.#position = start + length;
    switch (type) {
      case ELEMENT_RECORD:
        if (!readElementRecord(view, start, start + length, this.#values))
          throw this.#error(block, "contradicts itself", start);
        this.#append(this.#values);
        break;
      case MAPPED_RECORD: {
        const fault = readMappedRecord(view, start, start + length, this.#maps, this.#values);
        if (fault !== undefined) throw this.#error(block, fault, start);
        this.#append(this.#values);
        break;
      }
      case EXTENSION_MAP:
        if (!this.#maps.take(view, start, start + length)) throw this.#error(block, "is no extension map", start);
        break;
      case OLD_RECORD:
        throw this.#error(block, "is of nfdump before 1.6.7, whose records are not read", start);
      // Others tell of exporters and samplers.
    }
  }

  #error({ offset, start }: NfdumpBlock, what: string, at = this.#position): InputError {
    return new InputError(`${this.#source.name}: block at octet ${offset}: record at octet ${at - start} ${what}`);
  }
}
