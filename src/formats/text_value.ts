/** Fields as text for JSON and CSV: expressions for generated code, and the functions they call. */
import { fieldOffset, numeric } from "../record/expression.js";
import type { Field } from "../record/field.js";
import { field } from "../record/fields.js";
import { TUNNELS } from "../record/layout.js";
import { addressText, macText } from "../text/address.js";
import { timestampFormatter } from "../text/timestamp.js";
import { communityId } from "./community_id.js";

/** What generated code knows as `T`. */
export interface TextFunctions {
  readonly address: (octets: Uint8Array, at: number, version: number) => string;
  readonly mac: (octets: Uint8Array, at: number) => string;
  readonly time: (microseconds: number) => string;
  readonly tunnel: (value: number) => string;
  readonly communityId: (octets: Uint8Array, o: number) => string;
}

/** @param zone see timestampFormatter */
export function textFunctions(zone: string, communityIdSeed: number): TextFunctions {
  return {
    address: addressText,
    mac: macText,
    time: timestampFormatter(zone),
    tunnel: (value) => TUNNELS[value] ?? "unknown",
    communityId: (octets, o) => communityId(octets, o, communityIdSeed),
  };
}

/** Whether the text of a field is a number, and so stands without quotes in JSON. */
export function isNumber(of: Field): boolean {
  const { kind } = of.storage;
  const text = kind === "address" || kind === "mac" || of.parquet === "TIMESTAMPTZ" || of.parquet === "VARCHAR";
  return !text && of.name !== "tunnel";
}

/** The expression of a field's text (or number), in terms of `T`, `u8`, `u16`, `u32`, `o`, `h`, `w`. */
export function textExpression(of: Field, groups: number): string {
  if (of.name === "communityId") return "T.communityId(u8,o)";
  if (of.name === "tunnel") return `T.tunnel(${numeric(of, groups)})`;
  if (of.parquet === "TIMESTAMPTZ") return `T.time(${numeric(of, groups)})`;
  if (of.storage.kind === "mac") return `T.mac(u8,o+${fieldOffset(of, groups)})`;
  if (of.storage.kind === "address") {
    const version = field(of.group === "link" ? "outerIpVersion" : "ipVersion");
    return `T.address(u8,o+${fieldOffset(of, groups)},${numeric(version, groups)})`;
  }
  return numeric(of, groups);
}
