/** Comma-separated values, RFC 4180: a header row of field names, then one row per flow, CRLF between them. */
import type { FlowBatch } from "../../record/batch.js";
import { findField } from "../../record/fields.js";
import { GROUP } from "../../record/layout.js";
import { TextChunk } from "../chunk.js";
import type { Emit, Encoder } from "../encoder.js";
import { type TextFunctions, textExpression, textFunctions } from "../text_value.js";

/** Fields written unless others are chosen. */
export const DEFAULT_CSV_FIELDS: readonly string[] = [
  "flowStart",
  "flowEnd",
  "sourceAddress",
  "sourceTransportPort",
  "destinationAddress",
  "destinationTransportPort",
  "protocolIdentifier",
  "vlanId",
  "packets",
  "octets",
  "reversePackets",
  "reverseOctets",
  "tcpFlags",
  "reverseTcpFlags",
  "flowEndReason",
];

export interface CsvEncoderOptions {
  /** Names of the field table. A field whose statistics group a batch lacks is empty. */
  readonly fields?: readonly string[];
  readonly communityIdSeed?: number;
}

type Row = (T: TextFunctions, u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, o: number) => string;

export class CsvEncoder implements Encoder {
  readonly #fields: readonly string[];
  readonly #functions: TextFunctions;
  readonly #rows = new Map<number, Row>();
  readonly #chunk = new TextChunk();
  #headed = false;

  /** @throws RangeError when the table has no field of a name */
  constructor({ fields = DEFAULT_CSV_FIELDS, communityIdSeed = 0 }: CsvEncoderOptions = {}) {
    const unknown = fields.find((name) => findField(name) === undefined);
    if (unknown !== undefined) throw new RangeError(`no flow field ${unknown}`);
    this.#fields = fields;
    this.#functions = textFunctions("Z", communityIdSeed);
  }

  encode(batch: FlowBatch, emit: Emit): void {
    this.#head(emit);
    const row = this.#row(batch.groups);
    const { u8, u16, u32, stride } = batch;
    for (let index = batch.first; index < batch.first + batch.count; index++) {
      this.#chunk.add(row(this.#functions, u8, u16, u32, index * stride), 1, emit);
    }
  }

  flush(emit: Emit): void {
    this.#head(emit);
    this.#chunk.flush(emit);
  }

  #head(emit: Emit): void {
    if (this.#headed) return;
    this.#headed = true;
    this.#chunk.add(`${this.#fields.join(",")}\r\n`, 0, emit);
  }

  #row(groups: number): Row {
    let row = this.#rows.get(groups);
    if (row === undefined) {
      // No value of the table's fields holds a comma, a quote or a line end, so none needs quoting.
      const values = this.#fields.map((name) => {
        const of = findField(name)!;
        const present = of.group === "base" || (groups & GROUP[of.group]) !== 0;
        return present ? `\${${textExpression(of, groups)}}` : "";
      });
      const body = `"use strict";return (T,u8,u16,u32,o)=>{const h=o>>1,w=o>>2;return \`${values.join(",")}\\r\\n\`;}`;
      row = new Function(body)() as Row;
      this.#rows.set(groups, row);
    }
    return row;
  }
}
