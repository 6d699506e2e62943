import type { FlowBatch } from "../../record/batch.js";
import { chooseFields } from "../../record/choose.js";
import type { Field } from "../../record/field.js";
import { cellExpression, compileCells } from "../../text/cells.js";
import type { Emit, Encoder } from "../encoder.js";

const DEFAULT_FIELDS =
  "flowStart,duration,protocolIdentifier,sourceAddress,sourceTransportPort,destinationAddress,destinationTransportPort," +
  "tcpFlags,reverseTcpFlags,packets,octets,reversePackets,reverseOctets,flowEndReason";

/** Rows that are laid out together: the widths of a small capture fit it exactly, a large one streams. */
const ROWS = 1000;

/** End reasons in a word, by flowEndReason. */
const REASONS = ["", "idle", "active", "end", "forced", "resources"];

/**
 * A table for people, columns as rwcut prints them. Widths follow the values: they are found in the first rows and grow
 * later where needed.
 */
export class TableEncoder implements Encoder {
  readonly #titles: readonly string[];
  readonly #cells: (u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, offset: number) => string[];
  readonly #widths: number[];
  #rows: string[][] = [];
  #headed = false;

  /** @param fields comma-separated names, or undefined for the usual columns */
  constructor(groups: number, fields = DEFAULT_FIELDS) {
    const chosen = chooseFields(fields, groups);
    this.#titles = chosen.map(titleOf);
    this.#widths = this.#titles.map((title) => title.length);
    const cells = chosen.map((field) => {
      const cell = cellExpression(field, groups, "silk");
      return field.name === "flowEndReason" ? `${JSON.stringify(REASONS)}[${cell}]` : `String(${cell})`;
    });
    this.#cells = compileCells<string[]>(`return [${cells.join(",")}];`);
  }

  encode(batch: FlowBatch, emit: Emit): void {
    for (let row = 0; row < batch.count; row++) {
      this.#rows.push(this.#cells(batch.u8, batch.u16, batch.u32, (batch.first + row) * batch.stride));
      if (this.#rows.length >= ROWS) this.flush(emit);
    }
  }

  flush(emit: Emit): void {
    if (this.#rows.length === 0) return;
    for (const row of this.#rows)
      row.forEach((cell, column) => {
        if (cell.length > this.#widths[column]!) this.#widths[column] = cell.length;
      });
    const lines = this.#rows.map((row) => this.#line(row));
    if (!this.#headed) lines.unshift(this.#line(this.#titles));
    this.#headed = true;
    const records = this.#rows.length;
    this.#rows = [];
    emit(Buffer.from(`${lines.join("\n")}\n`), records);
  }

  #line(cells: readonly string[]): string {
    return `${cells.map((cell, column) => cell.padStart(this.#widths[column]!)).join("|")}|`;
  }
}

/** SiLK's column title where it has one; the reverse direction's is the same with an r before it. */
function titleOf(field: Field): string {
  if (field.silk !== undefined) return field.silk.title;
  if (field.name === "flowEndReason") return "end";
  if (field.direction === 0) return field.name;
  return `r${TITLES[field.name] ?? field.name.replace(/^reverse/, "")}`;
}

const TITLES: Readonly<Record<string, string>> = {
  reverseOctets: "bytes",
  reversePackets: "packets",
  reverseTcpFlags: "flags",
  reverseInitialTcpFlags: "initialF",
  reverseUnionTcpFlags: "sessionF",
  reverseAttributes: "attribut",
};
