/** `make pcaps`: writes the captures of this folder again, the same octets every time. */
import { writeFileSync } from "node:fs";
import { pcap } from "../test/support/capture_writer.js";
import { officeFrames } from "./office.js";

/** Every capture of pcaps/ by file name. */
export const CAPTURES: Readonly<Record<string, () => Uint8Array>> = {
  "office.pcap": () => pcap(officeFrames().map(({ time, frame }) => ({ time, data: frame }))),
};

if (process.argv[2] !== undefined)
  for (const [name, make] of Object.entries(CAPTURES)) writeFileSync(`${process.argv[2]}/${name}`, make());
