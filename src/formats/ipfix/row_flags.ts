/** Source text of TCP flags, which stand in the record itself or, as YAF writes them, in a list within it. */
import { ROW_ATTRIBUTE } from "../../record/columns.js";
import { bitsOf, cert, type Half, type RowElements } from "./row_elements.js";

/** tcpControlBits, and CERT's flags of the first packet and of the others. */
const ALL = 6;
const INITIAL = cert(14);
const SESSION = cert(15);

/** Bit where each number lies in what `listedFlags` gives (listed_flags.ts). */
const LISTED = { forward: { initial: 0, session: 8 }, reverse: { initial: 16, session: 24 } } as const;

export class RowFlags {
  readonly #elements: RowElements;
  readonly #listed: boolean;

  constructor(elements: RowElements) {
    this.#elements = elements;
    this.#listed = elements.place(INITIAL) === undefined && elements.list !== undefined;
  }

  /** Statements that look the flags up in the record's list; none where there is no need. */
  get prelude(): string {
    const list = this.#listed ? this.#elements.list : undefined;
    if (list === undefined) return "";
    return `let listed=listedFlags(view,${list.start},${list.end},find),separate=${ROW_ATTRIBUTE.flagsSeparate};if(listed<0)listed=separate=0;`;
  }

  initial(half: Half): string | undefined {
    return bitsOf(this.#elements.place(INITIAL, half), 8) ?? this.#fromList(LISTED[half].initial);
  }

  session(half: Half): string | undefined {
    return bitsOf(this.#elements.place(SESSION, half), 8) ?? this.#fromList(LISTED[half].session);
  }

  all(half: Half): string | undefined {
    const all = bitsOf(this.#elements.place(ALL, half), 8);
    if (all !== undefined) return all;
    const initial = this.initial(half);
    const session = this.session(half);
    return initial === undefined || session === undefined ? (initial ?? session) : `(${initial}|${session})`;
  }

  /**
   * The attribute that says that both were measured.
   *
   * @param state SiLK's state of the connection, which says so itself
   */
  separate(half: Half, state: string | undefined): string {
    if (this.#listed) return "separate";
    const initial = this.initial(half);
    const session = this.session(half);
    if (initial === undefined || session === undefined) return "0";
    if (state === undefined) return String(ROW_ATTRIBUTE.flagsSeparate);
    return `((${state}&1|${initial}|${session})!==0?${ROW_ATTRIBUTE.flagsSeparate}:0)`;
  }

  #fromList(bit: number): string | undefined {
    return this.#listed ? `(listed>>>${bit}&255)` : undefined;
  }
}
