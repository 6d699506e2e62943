import type { Switch } from "../cli/switches.js";

/** Switches of which some are not SiLK's: abbreviations mean SiLK's own first. */
export function beyondSilk(names: readonly string[], switches: readonly Switch[]): readonly Switch[] {
  return switches.map((each) => (names.includes(each.name) ? { ...each, shared: true } : each));
}
