/** What `h` shows: short enough for 40 columns. */
export const HELP: readonly string[] = [
  "1 to 5, Tab   views",
  "b p f         by bits, packets, flows",
  "s d           only sent, only received",
  "r             smallest first",
  "t             totals or rates",
  "/ Esc         names that hold a text; all",
  "arrows, PgUp, PgDn, Home, End  scroll",
  "space         pause",
  "q             quit; any key goes back",
  "",
  "Rates are means over 2, 10 and 40 s that",
  "die away; rows are ranked by 10 s, and",
  "share and the two directions are of it.",
  "Octets are those of IP packets.",
];
