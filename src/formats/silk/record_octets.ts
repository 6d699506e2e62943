/** Records of a SiLK flow file as octets, whatever their format and version: copied or turned, nothing of them is lost. */
import { InputError } from "../../errors.js";
import type { OctetSource } from "../../files/octet_source.js";
import { type Octets, openBody } from "./body.js";
import { layoutIn } from "./flows.js";
import { readSilkHeader, type SilkHeader } from "./header.js";
import type { Layout } from "./layouts/layout.js";

export class RecordOctets {
  readonly header: SilkHeader;
  readonly layout: Layout;
  readonly #body: Octets;

  /**
   * @param source is closed by `close`
   * @param header its header, when that has been taken
   * @throws InputError when it is no SiLK file of flows
   */
  constructor(source: OctetSource, header = readSilkHeader(source)) {
    this.header = header;
    this.layout = layoutIn(source.name, this.header);
    this.#body = openBody(source, this.header.compression);
  }

  /**
   * Whole records, valid until the next call; none at the end. They may be changed in place.
   *
   * @throws InputError when the file ends within a record, or is damaged
   */
  read(): Uint8Array | undefined {
    const body = this.#body;
    const { length } = this.layout;
    if (!body.need(length)) {
      if (body.available > 0)
        throw new InputError(`${body.name}: file ends within a record: ${body.available} of ${length} octets`);
      return undefined;
    }
    const octets = body.available - (body.available % length);
    const records = body.buffer.subarray(body.start, body.start + octets);
    body.take(octets);
    return records;
  }

  close(): void {
    this.#body.close();
  }
}
