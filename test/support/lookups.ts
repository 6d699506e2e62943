/** What fields and conditions may look up, for tests that do not ask for any of it. */
import { parseArguments } from "../../src/cli/parse.js";
import { AddressTypes } from "../../src/query/address_types.js";
import { Directions } from "../../src/query/directions.js";
import type { FieldLookups } from "../../src/query/field_lookups.js";
import { PrefixMaps } from "../../src/query/prefix_maps.js";
import { Site, TWO_WAY_SITE } from "../../src/site/site.js";

const NO_FUNCTION = () => "";

export const NO_LOOKUPS: FieldLookups = {
  addressTypes: new AddressTypes(NO_FUNCTION),
  directions: new Directions(parseArguments([], []), new Site(TWO_WAY_SITE)),
  zeroDuration: 400,
};

export const NO_MAPS = new PrefixMaps([], NO_FUNCTION);
