/** Prefix maps whose labels are keys of bags: `--pmap-file` of rwbagbuild and rwbagcat. */
import type { Arguments, Switch } from "../cli/switches.js";
import { InputError } from "../errors.js";
import type { PrefixMap } from "../formats/silk/prefix_map.js";
import { loadPrefixMap } from "../pmaps/prefix_map_file.js";
import type { FieldType } from "./field_type.js";

export const KEY_MAP_SWITCH: Switch = {
  name: "pmap-file",
  argument: "[NAME:]PATH",
  group: "Input",
  help: "Take the labels that keys of pmap types stand for from the prefix map of PATH",
};

/** A map with its path, for errors. */
export interface KeyMap {
  readonly path: string;
  readonly map: PrefixMap;
}

/**
 * The map of `--pmap-file`; undefined when there is none. Its name means nothing here: there is only one.
 *
 * @throws InputError when the file cannot be read or is not a map of labels
 */
export function keyMap(args: Arguments): KeyMap | undefined {
  const given = args.value(KEY_MAP_SWITCH.name);
  if (given === undefined) return undefined;
  const path = /^[^:/]*:(.+)$/.exec(given)?.[1] ?? given;
  const map = loadPrefixMap(path);
  if (map.values === "countries") throw new InputError(`${path}: a map of country codes, not of labels`);
  return { path, map };
}

/** What a type of keys is looked up by in a map. */
export function mapKeyOf({ name }: FieldType): "address" | "proto-port" {
  return /^(any-|[sd])port-pmap$/.test(name) ? "proto-port" : "address";
}

/** @throws InputError when a map has other keys than the type is looked up by */
export function checkKeyMap({ path, map }: KeyMap, type: FieldType): void {
  const wanted = mapKeyOf(type);
  if ((map.key === "proto-port") === (wanted === "proto-port")) return;
  const kinds = { address: "addresses", "proto-port": "protocols and ports" };
  const is = wanted === "address" ? "proto-port" : "address";
  throw new InputError(`${path}: a map of ${kinds[is]}, but keys of type ${type.name} need one of ${kinds[wanted]}`);
}
