/** The map of address types: which addresses are of one's own network. */
import { silkMapPath } from "./silk_map_path.js";

/** Values of the map, as SiLK's manual numbers them. */
export const ADDRESS_TYPE = { nonRoutable: 0, internal: 1, external: 2 } as const;

/** Path of the map: of the environment, else where SiLK below SILK_PATH looks for it; undefined when there is none. */
export function addressTypesPath(): string | undefined {
  return silkMapPath("SILK_ADDRESS_TYPES", "address_types.pmap");
}
