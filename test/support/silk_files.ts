/** SiLK files that tests put together and look into. */
import type { OctetSink } from "../../src/files/octet_sink.js";
import { OctetSource } from "../../src/files/octet_source.js";
import { type Octets, openBody } from "../../src/formats/silk/body.js";
import { readSilkHeader, type SilkHeader } from "../../src/formats/silk/header.js";

/** A sink that keeps what is written. */
export class MemorySink implements OctetSink {
  readonly name = "memory";
  readonly #pieces: Buffer[] = [];

  write(octets: Uint8Array): void {
    this.#pieces.push(Buffer.from(octets));
  }

  close(): void {}
  abort(): void {}

  get octets(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}

/** All that is left of a body. */
export function readAll(body: Octets): Buffer {
  const pieces: Buffer[] = [];
  while (body.need(1)) {
    pieces.push(Buffer.from(body.buffer.slice(body.start, body.end)));
    body.take(body.available);
  }
  return Buffer.concat(pieces);
}

/** Header and body of the file at `path`. */
export function readSilkFile(path: string): { header: SilkHeader; body: Buffer } {
  const source = new OctetSource(path);
  const header = readSilkHeader(source);
  const body = readAll(openBody(source, header.compression));
  source.close();
  return { header, body };
}
