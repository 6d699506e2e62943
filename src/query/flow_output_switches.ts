/** Switches of the commands that write flow records. */
import type { Switch } from "../cli/switches.js";
import { SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";

export const FLOW_OUTPUT_SWITCHES: readonly Switch[] = [
  {
    name: "output-format",
    argument: "FORMAT",
    values: ["ipfix", "silk", "parquet", "arrow", "json", "csv"],
    group: "Output",
    help: "Write ipfix, silk, parquet, arrow, json or csv",
    fallback: "silk when the first input is, else ipfix",
    // Abbreviations mean SiLK's own switches first.
    shared: true,
  },
  ...SILK_OUTPUT_SWITCHES,
];
