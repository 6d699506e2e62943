/** Switches of commands that write into a store. */
import type { Arguments, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { SITE_SWITCH } from "../site/load.js";
import { RETENTION_SWITCHES } from "./retention.js";

export const STORE_SWITCHES: readonly Switch[] = [
  {
    name: "store",
    argument: "DIR",
    group: "Store",
    help: "Keep the flows in the store DIR, which is made when it does not exist; beside outputs given with -o",
  },
  {
    name: "sensor",
    argument: "NAME",
    group: "Store",
    help: "Sensor that the flows are of; a store without a silk.conf of yours learns new names",
    fallback: "S0",
  },
  {
    name: "sensor-config",
    argument: "FILE",
    group: "Store",
    help: "Take the sensor's internal, external and null networks from this sensors.conf",
    fallback: "private and link-local addresses are internal",
  },
  { ...SITE_SWITCH, group: "Store" },
  ...RETENTION_SWITCHES,
  {
    name: "store-reserve",
    argument: "MIB",
    group: "Store",
    help: "Stop storing flows while less than this is free on the store's disk",
    fallback: "live: 64, at most 1 % of the disk; captures: 0",
  },
];

/** Octets of `--store-reserve`; undefined when it is not given. @throws UsageError */
export function reserveOf(args: Arguments): number | undefined {
  const text = args.value("store-reserve");
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1024 * 1024;
  throw new UsageError(`--store-reserve: '${text}' is not a whole number of MiB`);
}

/** @throws UsageError when switches of a store are given without one */
export function checkStoreSwitches(args: Arguments): void {
  if (args.value("store") !== undefined) return;
  for (const { name } of STORE_SWITCHES) if (args.flag(name)) throw new UsageError(`--${name} needs --store`);
}
