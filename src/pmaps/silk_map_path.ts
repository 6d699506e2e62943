/** Where SiLK looks for the prefix maps that its tools know by name. */
import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";

/**
 * Path of the map of an environment variable, else of its usual name below SILK_PATH; undefined when there is none.
 *
 * @param variable such as SILK_ADDRESS_TYPES; a relative path in it may be below SILK_PATH, too
 */
export function silkMapPath(variable: string, usualName: string): string | undefined {
  const given = process.env[variable] ?? "";
  if (given === "") return belowSilkPath(usualName);
  return existsSync(given) ? given : (belowSilkPath(given) ?? given);
}

/** The file of that name in the folders below SILK_PATH. */
export function belowSilkPath(name: string): string | undefined {
  const root = process.env.SILK_PATH ?? "";
  if (root === "" || isAbsolute(name)) return undefined;
  return [join(root, "share", "silk", name), join(root, "share", name), join(root, name)].find((path) =>
    existsSync(path),
  );
}
