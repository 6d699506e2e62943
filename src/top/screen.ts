/** Frames as octets for a terminal (ECMA-48): only lines that differ from what is shown. */
import { type Line, type Look, widthOf } from "./line.js";

/** The alternate screen, no cursor, no wrapping at the edge. */
export const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
/** Everything as it was. */
export const LEAVE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** How looks are shown: with colours, or with what every terminal has. */
export type Palette = Readonly<Record<Look, string>>;

export const COLOURS: Palette = {
  plain: "",
  faint: "\x1b[2m",
  strong: "\x1b[1m",
  chosen: "\x1b[1;7m",
  bar: "\x1b[36m",
  alarm: "\x1b[1;31m",
};

export const MONOCHROME: Palette = { ...COLOURS, faint: "", bar: "", alarm: "\x1b[1;7m" };

const PLAIN = "\x1b[0m";
const ERASE_REST = "\x1b[K";

/** A line with its looks as escape sequences, reset at its end. */
function dressed(line: Line, palette: Palette): string {
  return line
    .map(({ text, look }) => (palette[look] === "" || text === "" ? text : `${palette[look]}${text}${PLAIN}`))
    .join("");
}

/** What a terminal shows. */
export class Screen {
  readonly #palette: Palette;
  #shown: readonly string[] = [];
  #size: Size = { columns: 0, rows: 0 };

  constructor(palette: Palette) {
    this.#palette = palette;
  }

  /** Nothing is known of what the terminal shows: the next frame is drawn whole. */
  forget(): void {
    this.#size = { columns: 0, rows: 0 };
  }

  /** Octets that turn what is shown into `lines`, to be written at once; "" when nothing changes. */
  draw(lines: readonly Line[], size: Size): string {
    const resized = size.columns !== this.#size.columns || size.rows !== this.#size.rows;
    const shown = resized ? [] : this.#shown;
    let octets = resized ? `${PLAIN}\x1b[2J` : "";
    const next: string[] = [];
    for (let row = 0; row < size.rows; row++) {
      const line = lines[row] ?? [];
      // At the right edge there is nothing to erase, and some terminals would take the last character.
      const text = dressed(line, this.#palette) + (widthOf(line) < size.columns ? ERASE_REST : "");
      next.push(text);
      if (text !== (shown[row] ?? ERASE_REST)) octets += `\x1b[${row + 1};1H${text}`;
    }
    this.#shown = next;
    this.#size = size;
    return octets;
  }
}
