/** Conditions on the types of addresses. */
import { ADDRESS_TYPE } from "../../pmaps/address_types.js";
import { oneInteger } from "../values/number.js";
import type { PartitionSwitch } from "./switch.js";

/** Stands for all types but internal. */
const NOT_INTERNAL = 3;

function typeSwitch(name: string, what: string, column: string): PartitionSwitch {
  return {
    name,
    argument: "TYPE",
    group: "Partitioning",
    help: `The ${what} address is 0 non-routable, 1 internal, 2 external, 3 not internal, by SILK_ADDRESS_TYPES`,
    condition(given, { lookups }) {
      const type = oneInteger(given, 0, NOT_INTERNAL, { option: name, what: name, given });
      const sql = lookups.addressTypes.of(column, `--${name}`);
      return type === NOT_INTERNAL ? `${sql} <> ${ADDRESS_TYPE.internal}` : `${sql} = ${type}`;
    },
  };
}

export const ADDRESS_TYPE_SWITCHES: readonly PartitionSwitch[] = [
  typeSwitch("stype", "source", "sip"),
  typeSwitch("dtype", "destination", "dip"),
];
