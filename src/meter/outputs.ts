import type { Arguments } from "../cli/switches.js";
import type { Exporter } from "../export/exporter.js";
import { type InterfaceNames, openOutputs } from "../export/open.js";
import type { OutputOptions } from "../export/options.js";

/** Opens the store and the outputs, or none of them. @throws FlowtapError */
export async function openAll(
  args: Arguments,
  options: OutputOptions,
  interfaceName: InterfaceNames,
): Promise<Exporter[]> {
  if (args.value("store") === undefined) return openOutputs(options, interfaceName);
  const { StoreExporter } = await import("../store/store_exporter.js");
  const store = await StoreExporter.open(args, options.observationDomain);
  try {
    return [store, ...(await openOutputs(options, interfaceName))];
  } catch (error) {
    store.abort();
    throw error;
  }
}
