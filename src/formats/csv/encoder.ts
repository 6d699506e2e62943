import type { FlowBatch } from "../../record/batch.js";
import { carries, chooseFields } from "../../record/choose.js";
import type { Field } from "../../record/field.js";
import { FIELDS } from "../../record/fields.js";
import { cellExpression, compileCells } from "../../text/cells.js";
import type { Emit, Encoder } from "../encoder.js";
import { LineBuffer } from "../line_buffer.js";

/** Fields that only repeat others in a text form. */
const LEFT_OUT = /^(reverse)?(linkOverhead|icmpType|icmpCode|silkTcpState)$/i;

/**
 * CSV (RFC 4180) with a header row of field names. Times are RFC 3339 in UTC with microseconds, durations microseconds,
 * TCP flags letters. No value needs quoting: none holds a comma, a quote or a line end.
 */
export class CsvEncoder implements Encoder {
  readonly #line: (u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, offset: number) => string;
  readonly #lines: LineBuffer;

  /** @param fields comma-separated names, or undefined for all that the records carry */
  constructor(groups: number, fields?: string) {
    const chosen = fields === undefined ? defaultFields(groups) : chooseFields(fields, groups);
    const cells = chosen.map((field) => cellExpression(field, groups, "exact"));
    this.#line = compileCells<string>(`return \`${cells.map((cell) => `\${${cell}}`).join(",")}\\r\\n\`;`);
    this.#lines = new LineBuffer(`${chosen.map((field) => field.name).join(",")}\r\n`);
  }

  encode(batch: FlowBatch, emit: Emit): void {
    for (let row = 0; row < batch.count; row++)
      this.#lines.add(this.#line(batch.u8, batch.u16, batch.u32, (batch.first + row) * batch.stride), emit);
  }

  flush(emit: Emit): void {
    this.#lines.flush(emit);
  }
}

function defaultFields(groups: number): Field[] {
  return FIELDS.filter((field) => carries(groups, field) && !LEFT_OUT.test(field.name));
}
