/** Writes sFlow version 5 datagrams: sflow_version_5.txt, as words of 32 bits. */
import { concat } from "./capture_writer.js";

export interface Datagram {
  readonly agent?: readonly number[];
  readonly subAgent?: number;
  readonly sequence?: number;
  readonly uptime?: number;
  readonly samples: readonly Uint8Array[];
}

export function words(...values: readonly number[]): Uint8Array {
  const octets = new Uint8Array(4 * values.length);
  const view = new DataView(octets.buffer);
  for (const [at, value] of values.entries()) view.setUint32(4 * at, value);
  return octets;
}

export function datagram(given: Datagram): Uint8Array {
  const { agent = [192, 0, 2, 1], subAgent = 0, sequence = 1, uptime = 1000, samples } = given;
  const type = agent.length === 4 ? 1 : 2;
  const header = [words(5, type), Uint8Array.from(agent), words(subAgent, sequence, uptime, samples.length)];
  return concat([...header, ...samples]);
}

/** A sample or record: format, length, octets. */
export function part(format: number, ...octets: readonly Uint8Array[]): Uint8Array {
  const all = concat(octets);
  return concat([words(format, all.length), all]);
}

export interface FlowSample {
  readonly sequence?: number;
  readonly source?: number;
  readonly rate?: number;
  readonly drops?: number;
  readonly input?: number;
  readonly output?: number;
}

export function flowSample(given: FlowSample, ...records: readonly Uint8Array[]): Uint8Array {
  const { sequence = 1, source = 7, rate = 100, drops = 0, input = 3, output = 4 } = given;
  return part(1, words(sequence, source, rate, 1, drops, input, output, records.length), ...records);
}

/** `input` and `output` are format and value. */
export function expandedSample(
  given: { readonly input: readonly [number, number]; readonly output: readonly [number, number] },
  ...records: readonly Uint8Array[]
): Uint8Array {
  return part(3, words(1, 0, 9, 100, 1, 0, ...given.input, ...given.output, records.length), ...records);
}

/** @param frameLength octets of the frame that `header` begins; default those of `header` */
export function rawHeader(header: Uint8Array, protocol = 1, frameLength = header.length): Uint8Array {
  const padding = new Uint8Array(-header.length & 3);
  return part(1, words(protocol, frameLength, 4, header.length), header, padding);
}
