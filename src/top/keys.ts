/** What a terminal sends for keys. */

/** A key that is no character. */
export type SpecialKey =
  | "up"
  | "down"
  | "page-up"
  | "page-down"
  | "home"
  | "end"
  | "tab"
  | "back-tab"
  | "enter"
  | "escape"
  | "backspace"
  | "interrupt"
  | "suspend"
  | "redraw";

export type Key = { readonly special: SpecialKey } | { readonly character: string };

/** Keys by what xterm, the Linux console, screen and tmux send. */
const SEQUENCES: Readonly<Record<string, SpecialKey>> = {
  "[A": "up",
  OA: "up",
  "[B": "down",
  OB: "down",
  "[5~": "page-up",
  "[6~": "page-down",
  "[H": "home",
  OH: "home",
  "[1~": "home",
  "[7~": "home",
  "[F": "end",
  OF: "end",
  "[4~": "end",
  "[8~": "end",
  "[Z": "back-tab",
};

const CONTROLS: Readonly<Record<string, SpecialKey>> = {
  "\t": "tab",
  "\r": "enter",
  "\n": "enter",
  "\b": "backspace",
  "\x7f": "backspace",
  "\x03": "interrupt",
  "\x1a": "suspend",
  "\x0c": "redraw",
};

const ESCAPE = "\x1b";

/** An escape sequence (CSI or SS3), a lone escape, or one character. */
const PIECE = new RegExp(`${ESCAPE}(\\[[0-9;?]*[@-~]|O[@-~])|[\\s\\S]`, "gu");

/** The keys in a piece of terminal input. Sequences of keys that nothing is done about are left out. */
export function keysOf(input: string): Key[] {
  const keys: Key[] = [];
  for (const [piece, sequence] of input.matchAll(PIECE)) {
    const special = sequence === undefined ? CONTROLS[piece] : SEQUENCES[sequence];
    if (special !== undefined) keys.push({ special });
    else if (piece === ESCAPE) keys.push({ special: "escape" });
    else if (sequence === undefined && piece >= " ") keys.push({ character: piece });
  }
  return keys;
}
