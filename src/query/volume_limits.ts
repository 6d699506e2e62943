/** Least and greatest volumes of the bins that rwtotal and rwaddrcount print. */
import type { Arguments, Switch } from "../cli/switches.js";
import { ArgumentError } from "../errors.js";
import { oneInteger } from "./values/number.js";

const VOLUMES = ["bytes", "packets", "records"] as const;
type Volume = (typeof VOLUMES)[number];

/** Names that older scripts give the switches of rwaddrcount. */
const OLD_STEMS: Readonly<Record<Volume, string>> = { bytes: "byte", packets: "packet", records: "rec" };
const NOUNS: Readonly<Record<Volume, string>> = { bytes: "octets", packets: "packets", records: "flows" };

export const VOLUME_LIMIT_SWITCHES: readonly Switch[] = VOLUMES.flatMap((volume) => [
  { name: `min-${volume}`, argument: "N", group: "Bins", help: `Print only bins with N ${NOUNS[volume]} or more` },
  { name: `max-${volume}`, argument: "N", group: "Bins", help: `Print only bins with N ${NOUNS[volume]} or fewer` },
]);

export const OLD_VOLUME_LIMIT_SWITCHES: readonly Switch[] = VOLUMES.flatMap((volume) =>
  (["min", "max"] as const).map((end) => ({
    name: `${OLD_STEMS[volume]}-${end}`,
    argument: "N",
    group: "Bins",
    help: `The same as --${end}-${volume}`,
    legacy: true as const,
  })),
);

/** Volumes of a bin. */
export interface Volumes {
  readonly records: number;
  readonly bytes: number;
  readonly packets: number;
}

interface Limit {
  readonly volume: Volume;
  readonly low: number;
  readonly high: number;
}

/** Limits that are met by a bin whose volumes are all within them. */
export class VolumeLimits {
  readonly #limits: readonly Limit[];

  /** @throws ArgumentError naming the switch whose number is wrong, or is below that of its counterpart */
  constructor(args: Arguments) {
    this.#limits = VOLUMES.flatMap((volume) => limitOf(args, volume));
  }

  get given(): "none" | "some" {
    return this.#limits.length === 0 ? "none" : "some";
  }

  /** The same as SQL over columns with the names of the volumes. */
  condition(): string {
    const ends = this.#limits.flatMap(({ volume, low, high }) => [
      `${volume} >= ${low}`,
      ...(Number.isFinite(high) ? [`${volume} <= ${high}`] : []),
    ]);
    return ends.length === 0 ? "true" : ends.join(" AND ");
  }

  admit(bin: Volumes): boolean {
    return this.#limits.every(({ volume, low, high }) => bin[volume] >= low && bin[volume] <= high);
  }
}

function limitOf(args: Arguments, volume: Volume): Limit[] {
  const low = oneLimit(args, [`min-${volume}`, `${OLD_STEMS[volume]}-min`]);
  const high = oneLimit(args, [`max-${volume}`, `${OLD_STEMS[volume]}-max`]);
  if (low === undefined && high === undefined) return [];
  const limit = { volume, low: low ?? 0, high: high ?? Number.POSITIVE_INFINITY };
  if (limit.low > limit.high)
    throw new ArgumentError(`max-${volume}`, `Value is below the minimum of ${low}`, `max-${volume}`, String(high));
  return [limit];
}

function oneLimit(args: Arguments, options: readonly string[]): number | undefined {
  for (const option of options) {
    const given = args.value(option);
    if (given !== undefined) return oneInteger(given, 0, Number.MAX_SAFE_INTEGER, { option, what: option, given });
  }
  return undefined;
}
