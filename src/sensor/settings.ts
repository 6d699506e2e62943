/** What a live sensor is told to do: switches, from the command line, the environment and the configuration file. */
import type { Arguments, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { OUTPUT_SWITCHES, type OutputOptions, outputOptions } from "../export/options.js";
import { LOG_SWITCHES, type LogOptions, logOptions } from "../log/log.js";
import { LIVE_SWITCHES } from "../meter/live_options.js";
import type { NativeMeterOptions } from "../meter/native.js";
import { seconds } from "../meter/numbers.js";
import { METER_SWITCHES, meterOptions } from "../meter/options.js";
import { samplingOf } from "../meter/sampling.js";
import { type ListenAddress, METRICS_SWITCHES, parseListen } from "../metrics/listen.js";
import { checkStoreSwitches, reserveOf, STORE_SWITCHES } from "../store/options.js";
import { retentionOf } from "../store/retention.js";

export const SENSOR_SWITCHES: readonly Switch[] = [
  {
    name: "user",
    argument: "USER[:GROUP]",
    group: "Operation",
    help: "Become this user once the interfaces are open; every file and socket is opened by it",
  },
  {
    name: "shutdown-timeout",
    argument: "SECONDS",
    group: "Operation",
    help: "When told to stop, give outputs and store this long to take what is left",
    fallback: "10",
  },
  ...LOG_SWITCHES,
];

/** Switches that mean nothing where captures are read. */
export const LIVE_ONLY_SWITCHES: readonly Switch[] = [...LIVE_SWITCHES, ...METRICS_SWITCHES, ...SENSOR_SWITCHES];

/** Every switch that a live sensor has, in the order of help. */
export const SENSOR_METER_SWITCHES: readonly Switch[] = [
  ...LIVE_SWITCHES,
  ...METER_SWITCHES,
  ...OUTPUT_SWITCHES,
  ...STORE_SWITCHES,
  ...METRICS_SWITCHES,
  ...SENSOR_SWITCHES,
];

/** Switches that a reload changes; the others need a new start. */
const RELOADED: ReadonlySet<string> = new Set([
  ...["filter", "idle-timeout", "active-timeout", "shutdown-timeout", "quiet", "config"],
  ...OUTPUT_SWITCHES.map(({ name }) => name),
]);

/** Everything checked, nothing opened. */
export interface SensorSettings {
  readonly args: Arguments;
  readonly meter: NativeMeterOptions;
  readonly outputs: OutputOptions;
  readonly log: LogOptions;
  readonly metrics: ListenAddress | undefined;
  readonly user: string | undefined;
  /** Milliseconds. */
  readonly shutdownTimeout: number;
}

/**
 * The settings of a live sensor.
 *
 * @throws FlowtapError naming the switch and what is wrong with it
 */
export function sensorSettings(args: Arguments): SensorSettings {
  for (const name of ["read", "read-list"])
    if (args.flag(name)) throw new UsageError(`--${name} and -i exclude each other: captures or live traffic`);
  if (args.flag("strict")) throw new UsageError("--strict is for captures, not for live traffic");
  checkStoreSwitches(args);
  retentionOf(args);
  reserveOf(args);
  const meter = meterOptions(args, [], 0);
  const metrics = args.value("metrics");
  return {
    args,
    meter,
    outputs: {
      ...outputOptions(args, meter.groups),
      sampling: samplingOf(args),
      unresolved: "retry",
      congested: "drop",
    },
    log: logOptions(args),
    metrics: metrics === undefined ? undefined : parseListen(metrics),
    user: args.value("user"),
    shutdownTimeout: seconds("shutdown-timeout", args.value("shutdown-timeout") ?? "10") * 1000,
  };
}

/**
 * The settings after a reload: what can change while the meter runs is new, the rest stays as it was.
 *
 * @param before what is in force
 * @param after what was read
 */
export function reloadedSettings(before: SensorSettings, after: SensorSettings): SensorSettings {
  const { filter, activeTimeout, idleTimeouts } = after.meter;
  // Records and sampling are the running meter's, whatever the new settings say of them. So is the store, which is why
  // flows do not go to standard output when the switch has gone.
  const { groups, sampling } = before.outputs;
  const destinations =
    after.args.flag("output") || before.args.flag("store") === after.args.flag("store")
      ? after.outputs.destinations
      : before.outputs.destinations;
  return {
    ...before,
    args: after.args,
    meter: { ...before.meter, filter, activeTimeout, idleTimeouts },
    outputs: { ...after.outputs, destinations, groups, sampling },
    shutdownTimeout: after.shutdownTimeout,
  };
}

/** Switches whose change a reload cannot make. */
export function changedAtStart(before: SensorSettings, after: SensorSettings): string[] {
  const text = ({ args }: SensorSettings, name: string) => JSON.stringify([args.flag(name), args.values(name)]);
  return SENSOR_METER_SWITCHES.map(({ name }) => name).filter(
    (name) => !RELOADED.has(name) && text(before, name) !== text(after, name),
  );
}
