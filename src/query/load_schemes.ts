/** How a flow that lasts over several bins is spread over them; the index is SiLK's number. */
export const LOAD_SCHEMES = [
  "bin-uniform",
  "start-spike",
  "end-spike",
  "middle-spike",
  "time-proportional",
  "maximum-volume",
  "minimum-volume",
] as const;

export type LoadScheme = (typeof LOAD_SCHEMES)[number];
