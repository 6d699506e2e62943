/** A terminal for tests: understands what flowtap writes, and nothing else. */

const SEQUENCE = new RegExp(`^${"\\x1b"}\\[([?0-9;]*)([A-Za-z])`);
/** What may become one when more has come. */
const BEGINNING = new RegExp(`^${"\\x1b"}(\\[[?0-9;]*)?$`);

export class EmulatedTerminal {
  #cells: string[][];
  #row = 0;
  #column = 0;
  readonly #columns: number;
  #unfinished = "";
  /** Octets that were not understood. */
  strange = "";
  cursorShown = true;
  alternate = false;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#cells = Array.from({ length: rows }, () => this.#blank());
  }

  /** What stands on the screen, without blanks at the ends of lines. */
  get lines(): string[] {
    return this.#cells.map((cells) => cells.join("").trimEnd());
  }

  /** Takes the next piece of what is written, which may end within a sequence. */
  write(piece: string): void {
    const text = this.#unfinished + piece;
    this.#unfinished = "";
    for (let at = 0; at < text.length; ) {
      if (BEGINNING.test(text.slice(at, at + 32))) {
        this.#unfinished = text.slice(at);
        return;
      }
      const found = SEQUENCE.exec(text.slice(at, at + 32));
      if (found === null) {
        this.#put(text[at]!);
        at += 1;
        continue;
      }
      this.#obey(found[1]!, found[2]!);
      at += found[0].length;
    }
  }

  #put(character: string): void {
    if (character === "\r") this.#column = 0;
    else if (character === "\n") this.#row += 1;
    else if (character < " " || this.#column >= this.#columns || this.#row >= this.#cells.length)
      this.strange += character;
    else this.#cells[this.#row]![this.#column++] = character;
  }

  #obey(parameters: string, final: string): void {
    const [first = 1, second = 1] = parameters.split(";").map(Number);
    if (final === "H") [this.#row, this.#column] = [first - 1, second - 1];
    else if (final === "K") this.#cells[this.#row]!.fill(" ", this.#column);
    else if (final === "J") this.#cells = this.#cells.map(() => this.#blank());
    else if (parameters === "?25") this.cursorShown = final === "h";
    else if (parameters === "?1049") this.alternate = final === "h";
    else if (final !== "m" && parameters !== "?7") this.strange += `${parameters}${final}`;
  }

  #blank(): string[] {
    return new Array<string>(this.#columns).fill(" ");
  }
}
