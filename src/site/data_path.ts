/** Where a tree of hourly SiLK files has the flows of a type, sensor and hour: the site's path-format. */
import type { Flowtype, Sensor } from "./site.js";

/** What a path-format's conversions stand for. */
export interface DataFile {
  readonly flowtype: Flowtype;
  readonly sensor: Sensor;
  /** Hours since 1970-01-01 UTC. */
  readonly hour: number;
}

/** Path below the data root. */
export function dataPath(format: string, file: DataFile): string {
  const { flowtype, sensor, hour } = file;
  const time = new Date(hour * 3_600_000).toISOString();
  const conversions: Readonly<Record<string, string>> = {
    "%C": flowtype.class,
    "%F": flowtype.name,
    "%H": time.slice(11, 13),
    "%N": sensor.name,
    "%T": flowtype.type,
    "%Y": time.slice(0, 4),
    "%d": time.slice(8, 10),
    "%f": String(flowtype.id),
    "%m": time.slice(5, 7),
    "%n": String(sensor.id),
    "%%": "%",
  };
  return format
    .replaceAll("%x", "%F-%N_%Y%m%d.%H")
    .replaceAll(/%./g, (conversion) => conversions[conversion] ?? conversion);
}
