/** A name server for addresses (RFC 1035, PTR records over UDP) on the loopback interface. */
import { createSocket, type Socket } from "node:dgram";

const HEADER = 12;
const NO_SUCH_NAME = 3;

/** What the server does with a question: a name as raw labels, `none` for no such name, `silent` for no answer. */
export type Answer = readonly Uint8Array[] | "none" | "silent";

export function labels(name: string): readonly Uint8Array[] {
  return name.split(".").map((label) => Buffer.from(label));
}

export class NameServer {
  /** Names that were asked for, in lower case, each time. */
  readonly asked: string[] = [];
  /** Most questions that waited for an answer at the same time. */
  most = 0;
  readonly #socket: Socket = createSocket("udp4");
  #waiting = 0;

  /**
   * @param answer by the name asked for, `4.3.2.1.in-addr.arpa`
   * @param delay milliseconds before an answer goes out
   */
  constructor(
    readonly answer: (name: string) => Answer,
    readonly delay = 0,
  ) {}

  /** Starts; resolves to `ADDRESS:PORT`. */
  async listen(): Promise<string> {
    this.#socket.on("message", (query, from) => {
      this.#waiting += 1;
      this.most = Math.max(this.most, this.#waiting);
      setTimeout(() => {
        this.#waiting -= 1;
        const reply = this.#reply(query);
        if (reply !== undefined) this.#socket.send(reply, from.port, from.address, () => {});
      }, this.delay);
    });
    await new Promise<void>((resolve) => this.#socket.bind(0, "127.0.0.1", resolve));
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  close(): void {
    this.#socket.close();
  }

  #reply(query: Buffer): Buffer | undefined {
    let at = HEADER;
    const parts: string[] = [];
    while (query[at] !== 0) {
      const length = query[at]!;
      parts.push(query.toString("latin1", at + 1, at + 1 + length));
      at += 1 + length;
    }
    const question = query.subarray(HEADER, at + 5);
    const name = parts.join(".").toLowerCase();
    this.asked.push(name);
    const answer = this.answer(name);
    if (answer === "silent") return undefined;
    const header = Buffer.alloc(HEADER);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8580 | (answer === "none" ? NO_SUCH_NAME : 0), 2);
    header.writeUInt16BE(1, 4);
    if (answer === "none") return Buffer.concat([header, question]);
    header.writeUInt16BE(1, 6);
    const data = Buffer.concat([...answer.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)]);
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc000 | HEADER, 0); // the name in the question
    record.writeUInt16BE(12, 2); // PTR
    record.writeUInt16BE(1, 4); // Internet
    record.writeUInt32BE(60, 6);
    record.writeUInt16BE(data.length, 10);
    return Buffer.concat([header, question, record, data]);
  }
}
