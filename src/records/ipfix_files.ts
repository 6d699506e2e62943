import { InputError } from "../errors.js";
import { OctetSource } from "../files/octet_source.js";
import { type IpfixRows, openIpfixRows } from "../formats/ipfix/rows.js";
import { isSilk } from "../formats/silk/header.js";
import type { FlowColumns, RowSource } from "../record/columns.js";

/** IPFIX files or streams one after the other; nothing else is taken. */
export class IpfixFiles implements RowSource {
  readonly #paths: string[];
  #current: IpfixRows | undefined;

  constructor(paths: readonly string[]) {
    this.#paths = [...paths];
  }

  /** @throws InputError naming the file that is no IPFIX, or broken */
  read(into: FlowColumns): number {
    for (;;) {
      const path = this.#paths[0];
      if (path === undefined) {
        into.count = 0;
        return 0;
      }
      this.#current ??= openIpfix(path);
      const count = this.#current.read(into);
      if (count > 0) return count;
      this.close();
      this.#paths.shift();
    }
  }

  close(): void {
    this.#current?.close();
    this.#current = undefined;
  }
}

function openIpfix(path: string): IpfixRows {
  const source = new OctetSource(path);
  if (!isSilk(source)) return openIpfixRows(source);
  source.close();
  throw new InputError(`${source.name}: is a SiLK file, not IPFIX`);
}
