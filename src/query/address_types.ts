/** Types of addresses in SQL, by SiLK's map of them: a function that the engine learns when something needs it. */
import { InputError, UsageError } from "../errors.js";
import type { PrefixMap } from "../formats/silk/prefix_map.js";
import { ADDRESS_TYPE, addressTypesPath } from "../pmaps/address_types.js";
import { loadPrefixMap } from "../pmaps/prefix_map_file.js";
import type { AddFunction } from "./partition/switch.js";

export class AddressTypes {
  readonly #addFunction: AddFunction;
  #function: string | undefined;

  constructor(addFunction: AddFunction) {
    this.#addFunction = addFunction;
  }

  /**
   * SQL of the type of an address column: 0 non-routable, 1 internal, 2 external, or what else the map has.
   *
   * @param wanted what needs it, for the message: `--stype`
   * @throws UsageError when there is no map; InputError when it cannot be read
   */
  of(column: string, wanted: string): string {
    this.#function ??= this.#declare(wanted);
    return `${this.#function}(${column}_hi, ${column}_lo)`;
  }

  #declare(wanted: string): string {
    const path = addressTypesPath();
    if (path === undefined)
      throw new UsageError(
        `${wanted} needs a map of address types: make one with rwpmapbuild and set SILK_ADDRESS_TYPES`,
      );
    const map = loadPrefixMap(path);
    if (map.key === "proto-port" || map.values !== "labels")
      throw new InputError(`${path}: a prefix map, but not one of address types`);
    return this.#addFunction(["UBIGINT", "UBIGINT"], ([hi, lo], count, result) => {
      for (let i = 0; i < count; i++)
        result[i] = typeOf(map, hi![2 * i + 1]!, hi![2 * i]!, lo![2 * i + 1]!, lo![2 * i]!);
    });
  }
}

/** What the map does not know is of somebody else. */
function typeOf(map: PrefixMap, w0: number, w1: number, w2: number, w3: number): number {
  const value = map.findAddress(w0, w1, w2, w3);
  return value < map.labels.length ? value : ADDRESS_TYPE.external;
}
