/** Which layout a format and version has. */
import { SILK_FORMAT } from "../format.js";
import * as augmented from "./augmented.js";
import * as collected from "./collected.js";
import type { Layout } from "./layout.js";
import * as split from "./split.js";
import * as whole from "./whole.js";

type Versions = Readonly<Record<number, Layout>>;

/** Layouts of versions 1, 2, 3, 4 and 5 of the formats that changed at 3 and 5, or at 4 and 5. */
const at3And5 = (first: Layout, third: Layout, fifth: Layout): Versions => ({
  1: first,
  2: first,
  3: third,
  4: third,
  5: fifth,
});
const at4And5 = (first: Layout, fourth: Layout, fifth: Layout): Versions => ({
  1: first,
  2: first,
  3: first,
  4: fourth,
  5: fifth,
});

const LAYOUTS: Readonly<Record<number, Versions>> = {
  [SILK_FORMAT.RWIPV6]: { 1: whole.IPV6_1, 2: augmented.IPV6_2 },
  [SILK_FORMAT.RWIPV6ROUTING]: { 1: whole.IPV6ROUTING_1, 2: whole.IPV6ROUTING_2, 3: whole.IPV6ROUTING_3 },
  [SILK_FORMAT.RWAUGSNMPOUT]: at4And5(augmented.AUGSNMPOUT_1, augmented.AUGSNMPOUT_4, augmented.AUGSNMPOUT_5),
  [SILK_FORMAT.RWAUGROUTING]: at4And5(augmented.AUGROUTING_1, augmented.AUGROUTING_4, augmented.AUGROUTING_5),
  [SILK_FORMAT.RWROUTED]: at3And5(split.ROUTED_1, split.ROUTED_3, split.ROUTED_5),
  [SILK_FORMAT.RWNOTROUTED]: at3And5(split.NOTROUTED_1, split.NOTROUTED_3, split.NOTROUTED_5),
  [SILK_FORMAT.RWSPLIT]: at3And5(split.SPLIT_1, split.SPLIT_3, split.SPLIT_5),
  [SILK_FORMAT.RWFILTER]: {
    1: collected.FILTER_1,
    2: collected.FILTER_2,
    3: collected.FILTER_3,
    4: collected.FILTER_4,
    5: collected.FILTER_4,
  },
  [SILK_FORMAT.RWAUGMENTED]: at4And5(augmented.AUGMENTED_1, augmented.AUGMENTED_4, augmented.AUGMENTED_5),
  [SILK_FORMAT.RWAUGWEB]: at4And5(augmented.AUGWEB_1, augmented.AUGWEB_4, augmented.AUGWEB_5),
  [SILK_FORMAT.RWGENERIC]: {
    0: whole.GENERIC_0,
    1: whole.GENERIC_1,
    2: whole.GENERIC_2,
    3: whole.GENERIC_3,
    4: whole.GENERIC_3,
    5: whole.GENERIC_5,
  },
  [SILK_FORMAT.FLOWCAP]: {
    2: collected.FLOWCAP_2,
    3: collected.FLOWCAP_3,
    4: collected.FLOWCAP_4,
    5: collected.FLOWCAP_5,
    6: collected.FLOWCAP_6,
  },
  [SILK_FORMAT.RWWWW]: at3And5(split.WWW_1, split.WWW_3, split.WWW_5),
};

/** Whether files of the format hold flow records. */
export function holdsFlows(format: number): boolean {
  return LAYOUTS[format] !== undefined;
}

/** The layout of a format's version; undefined when there is none. */
export function layoutOf(format: number, recordVersion: number): Layout | undefined {
  return LAYOUTS[format]?.[recordVersion];
}
