/** The bags that rwbag shall make, by `--bag-file` and the switches of older releases. */
import type { Arguments, Switch } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import { isStdout } from "../files/octet_sink.js";
import { type FlowCounter, type FlowKey, flowCounter, flowKey } from "./flow_keys.js";

export const BAG_FILE_SWITCH: Switch = {
  name: "bag-file",
  argument: "KEY,COUNTER,PATH",
  repeatable: true,
  group: "Bags",
  help: "Write a bag of COUNTER (records, sum-packets, sum-bytes) by KEY (sIPv4, dPort, sensor, sip-pmap:NAME and so on) to PATH",
};

const OLD_KEYS = ["sip", "dip", "sport", "dport", "proto", "sensor", "input", "output", "nhip"] as const;
const OLD_COUNTERS = ["flows", "packets", "bytes"] as const;
const OLD_ADDRESSES: Readonly<Record<string, string>> = { sip: "sIPv4", dip: "dIPv4", nhip: "nhIPv4" };

/** Switches of releases before `--bag-file`. */
export const OLD_BAG_SWITCHES: readonly Switch[] = OLD_COUNTERS.flatMap((counter) =>
  OLD_KEYS.map((key) => ({
    name: `${key}-${counter}`,
    argument: "PATH",
    group: "Bags",
    help: `The same as --bag-file=${OLD_ADDRESSES[key] ?? key},${counter},PATH`,
    legacy: true as const,
  })),
);

export interface BagOutput {
  readonly key: FlowKey;
  readonly counter: FlowCounter;
  readonly path: string;
}

/** @throws UsageError naming the switch, or saying that there is none */
export function bagOutputs(args: Arguments): readonly BagOutput[] {
  const outputs = [
    ...args.values("bag-file").map((given) => parseBagFile(given)),
    ...OLD_COUNTERS.flatMap((counter) => OLD_KEYS.flatMap((key) => oldOutput(args, key, counter))),
  ];
  if (outputs.length === 0) throw new UsageError("No output bags were requested: give at least one --bag-file");
  const paths = [...outputs.map(({ path }) => path), args.value("copy-input") ?? ""];
  if (paths.filter(isStdout).length > 1) throw new UsageError("Multiple outputs are using standard output");
  const twice = paths.find((path, k) => !isStdout(path) && path !== "" && paths.indexOf(path) !== k);
  if (twice !== undefined) throw new UsageError(`Multiple outputs are using ${twice}`);
  return outputs;
}

function parseBagFile(given: string): BagOutput {
  const fail = (reason: string) => new ArgumentError("bag-file", reason, "bag-file", given);
  const parts = /^([^,]*),([^,]*),(.+)$/s.exec(given);
  if (parts === null) throw fail("Expected KEY,COUNTER,PATH");
  const key = flowKey(parts[1]!);
  if (typeof key === "string") throw fail(key);
  const counter = flowCounter(parts[2]!);
  if (typeof counter === "string") throw fail(counter);
  return { key, counter, path: parts[3]! };
}

function oldOutput(args: Arguments, key: string, counter: string): readonly BagOutput[] {
  const path = args.value(`${key}-${counter}`);
  return path === undefined ? [] : [parseBagFile(`${OLD_ADDRESSES[key] ?? key},${counter},${path}`)];
}
