/** Messages of IPFIX and NetFlow 9, octet by octet. */

export type Field = readonly [id: number, length: number, pen?: number];

/** A set with its header; NetFlow 9 has the same form. */
export function set(id: number, ...content: readonly Buffer[]): Buffer {
  const octets = Buffer.concat(content);
  return Buffer.concat([u16(id, octets.length + 4), octets]);
}

export function u16(...values: readonly number[]): Buffer {
  const octets = Buffer.alloc(2 * values.length);
  values.forEach((value, k) => {
    octets.writeUInt16BE(value, 2 * k);
  });
  return octets;
}

export function u32(...values: readonly number[]): Buffer {
  const octets = Buffer.alloc(4 * values.length);
  values.forEach((value, k) => {
    octets.writeUInt32BE(value, 4 * k);
  });
  return octets;
}

export function u64(value: number | bigint): Buffer {
  const octets = Buffer.alloc(8);
  octets.writeBigUInt64BE(BigInt(value));
  return octets;
}

function specifiers(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.map(([id, length, pen]) =>
      pen === undefined ? u16(id, length) : Buffer.concat([u16(id | 0x8000, length), u32(pen)]),
    ),
  );
}

/** A template record; the same in a template FlowSet of NetFlow 9. */
export function template(id: number, ...fields: readonly Field[]): Buffer {
  return Buffer.concat([u16(id, fields.length), specifiers(fields)]);
}

export function optionsTemplate(id: number, scopes: number, ...fields: readonly Field[]): Buffer {
  return Buffer.concat([u16(id, fields.length, scopes), specifiers(fields)]);
}

export interface MessageTerms {
  readonly domain?: number;
  readonly sequence?: number;
  /** Seconds since 1970. */
  readonly exported?: number;
  /** Milliseconds; NetFlow 9 only. */
  readonly uptime?: number;
}

/** 2023-11-14 22:13:20 UTC. */
const SECONDS = 1_700_000_000;

export function ipfix(
  { domain = 0, sequence = 0, exported = SECONDS }: MessageTerms,
  ...sets: readonly Buffer[]
): Buffer {
  const body = Buffer.concat(sets);
  return Buffer.concat([u16(10, 16 + body.length), u32(exported, sequence, domain), body]);
}

export function netFlow9(
  { domain = 0, sequence = 0, exported = SECONDS, uptime = 1_000_000 }: MessageTerms,
  ...sets: readonly Buffer[]
): Buffer {
  return Buffer.concat([u16(9, sets.length), u32(uptime, exported, sequence, domain), ...sets]);
}

/** Addresses, ports, protocol, packets and octets of a flow of IPv4. */
export const FLOW_FIELDS: readonly Field[] = [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [4, 1],
  [2, 4],
  [1, 4],
];

/** A record of FLOW_FIELDS. */
export function flow({ port = 443, packets = 3, octets = 300, protocol = 17 } = {}): Buffer {
  return Buffer.concat([u32(0xc0000201, 0xc6336402), u16(50_000, port), Buffer.of(protocol), u32(packets, octets)]);
}
