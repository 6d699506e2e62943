/** SiLK's name in lower case, as other programs can use it without quotes: `sTime+msec` becomes `stime_msec`. */
export function columnName(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");
}
