/** Classification where no sensors.conf says otherwise. */
import { parseAddress } from "../text/parse_address.js";
import { blockRange } from "./address_ranges.js";
import type { SensorRules } from "./two_way.js";

/**
 * Blocks that are not routed on the Internet and so lie inside: private (RFC 1918), loopback and link-local addresses
 * (RFC 6890), unique local ones of IPv6 (RFC 4193). Shared address space (RFC 6598) is the provider's: outside.
 */
const INTERNAL: readonly (readonly [address: string, bits: number])[] = [
  ["10.0.0.0", 96 + 8],
  ["172.16.0.0", 96 + 12],
  ["192.168.0.0", 96 + 16],
  ["127.0.0.0", 96 + 8],
  ["169.254.0.0", 96 + 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["::1", 128],
];

/** Everything else is external, nothing is null. */
export const DEFAULT_RULES: SensorRules = {
  networks: {
    internal: [
      { kind: "addresses", ranges: INTERNAL.map(([address, bits]) => blockRange(parseAddress(address), bits)) },
    ],
    external: [{ kind: "remainder" }],
    null: [],
  },
  discard: [],
};
