/** Rows as the messages of a journal: every column of every row. */
import { IpfixRowWriter } from "../formats/ipfix/row_writer.js";
import type { FlowColumns } from "../record/columns.js";
import type { JournalEncoder, TakeMessage } from "./journal_writer.js";

export class RowEncoder implements JournalEncoder {
  #take: TakeMessage = () => {};
  readonly #writer = new IpfixRowWriter({ write: (octets, records) => this.#take(octets, records) });

  encode(rows: FlowColumns, take: TakeMessage): void {
    this.#take = take;
    this.#writer.write(rows);
  }

  flush(take: TakeMessage): void {
    this.#take = take;
    this.#writer.flush();
  }
}
