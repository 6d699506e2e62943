/** What the view shows, and what keys do to it. */
import type { Key, SpecialKey } from "./keys.js";
import type { Quantity } from "./traffic_table.js";

export const VIEW_NAMES = ["hosts", "conversations", "ports", "protocols", "links"] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

/** What `--sort` takes: octets are shown as bits a second. */
export const SORTS = ["bits", "packets", "flows"] as const;
export type Sort = (typeof SORTS)[number];
export const QUANTITY_OF: Readonly<Record<Sort, Quantity>> = { bits: "octets", packets: "packets", flows: "flows" };

export interface ViewState {
  readonly view: ViewName;
  readonly sort: Sort;
  /** Which direction counts: what hosts send and clients ask, what comes back, or both. */
  readonly side: "both" | "source" | "destination";
  readonly order: "largest" | "smallest";
  readonly show: "rates" | "totals";
  readonly paused: boolean;
  readonly help: boolean;
  /** Rows whose name does not hold this are not shown. */
  readonly filter: string;
  /** The filter is being typed. */
  readonly typing: boolean;
  /** Rows above the first one shown. */
  readonly offset: number;
  /** A word about the latest key. */
  readonly message: string;
}

export const FIRST_STATE: ViewState = {
  view: "hosts",
  sort: "bits",
  side: "both",
  order: "largest",
  show: "rates",
  paused: false,
  help: false,
  filter: "",
  typing: false,
  offset: 0,
  message: "",
};

/** What a key asks for beyond another state. */
export type Wish = "quit" | "interrupt" | "suspend" | "redraw" | undefined;

/** What there is to scroll through. */
export interface Extent {
  /** Rows on the screen. */
  readonly page: number;
  /** Rows that can be scrolled to. */
  readonly rows: number;
}

/** Longest filter: an IPv6 address with something behind it. */
const LONGEST_FILTER = 64;

/** The state after a key, and what else is to be done. */
export function afterKey(state: ViewState, key: Key, extent: Extent): { state: ViewState; wish?: Wish } {
  if ("special" in key && WISHES[key.special] !== undefined) return { state, wish: WISHES[key.special] };
  const quiet = { ...state, message: "" };
  if (state.typing) return { state: typed(quiet, key) };
  if ("character" in key && (key.character === "q" || key.character === "Q")) return { state, wish: "quit" };
  if (state.help) return { state: { ...quiet, help: false } };
  return { state: "special" in key ? moved(quiet, key.special, extent) : chosen(quiet, key.character) };
}

const WISHES: { readonly [Each in SpecialKey]?: Wish } = {
  interrupt: "interrupt",
  suspend: "suspend",
  redraw: "redraw",
};

function typed(state: ViewState, key: Key): ViewState {
  if ("character" in key) {
    const filter = /^[\x20-\x7e]$/.test(key.character) ? state.filter + key.character : state.filter;
    return { ...state, filter: filter.slice(0, LONGEST_FILTER), offset: 0 };
  }
  if (key.special === "backspace") return { ...state, filter: state.filter.slice(0, -1), offset: 0 };
  if (key.special === "enter") return { ...state, typing: false };
  if (key.special === "escape") return { ...state, typing: false, filter: "", offset: 0 };
  return state;
}

function moved(state: ViewState, key: SpecialKey, { page, rows }: Extent): ViewState {
  const to = (offset: number) => ({ ...state, offset: Math.max(0, Math.min(offset, rows - page)) });
  switch (key) {
    case "up":
      return to(state.offset - 1);
    case "down":
      return to(state.offset + 1);
    case "page-up":
      return to(state.offset - page);
    case "page-down":
      return to(state.offset + page);
    case "home":
      return to(0);
    case "end":
      return to(rows);
    case "tab":
      return turned(state, 1);
    case "back-tab":
      return turned(state, VIEW_NAMES.length - 1);
    case "escape":
      return { ...state, filter: "", offset: 0 };
    default:
      return state;
  }
}

function turned(state: ViewState, by: number): ViewState {
  const next = (VIEW_NAMES.indexOf(state.view) + by) % VIEW_NAMES.length;
  return { ...state, view: VIEW_NAMES[next]!, offset: 0 };
}

function chosen(state: ViewState, character: string): ViewState {
  const view = VIEW_NAMES[Number(character) - 1];
  if (view !== undefined) return { ...state, view, offset: 0 };
  const sort = SORTS.find((each) => each[0] === character);
  if (sort !== undefined) return { ...state, sort, offset: 0 };
  switch (character) {
    case "s":
      return { ...state, side: state.side === "source" ? "both" : "source", offset: 0 };
    case "d":
      return { ...state, side: state.side === "destination" ? "both" : "destination", offset: 0 };
    case "r":
      return { ...state, order: state.order === "largest" ? "smallest" : "largest", offset: 0 };
    case "t":
      return { ...state, show: state.show === "rates" ? "totals" : "rates", offset: 0 };
    case " ":
      return { ...state, paused: !state.paused };
    case "/":
      return { ...state, typing: true };
    case "h":
    case "?":
      return { ...state, help: true };
    case "n":
      return { ...state, message: "addresses are not looked up: that would be traffic, and tell who watches" };
    default:
      return state;
  }
}
