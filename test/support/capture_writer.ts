/**
 * Writes capture files: pcap and pcapng (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng), also the rare and the
 * damaged forms that no tool writes on request. Pure functions that return the octets of a file.
 */

export type ByteOrder = "little" | "big";

/** A frame to be written. */
export interface Frame {
  readonly data: Uint8Array;
  /** Microseconds since 1970-01-01 UTC, a whole number; 0 when left out. */
  readonly time?: number;
  /** Nanoseconds beyond `time`, 0 to 999, in files that keep them. */
  readonly nanoseconds?: number;
  /** Octets on the wire; the length of `data` when left out. */
  readonly wireLength?: number;
  /** Captured length as the file states it, for a file that lies; the length of `data` when left out. */
  readonly capturedLength?: number;
}

export interface PcapOptions {
  /** Little-endian when left out. */
  readonly order?: ByteOrder;
  /** Unit of the timestamps' fractions, microseconds when left out. "modified" has the longer record headers. */
  readonly format?: "microseconds" | "nanoseconds" | "modified";
  /** The whole 32-bit field: the link type and the bits on the FCS. 1, Ethernet, when left out. */
  readonly linkType?: number;
  /** 262144 when left out. */
  readonly snapshotLength?: number;
  /** [2, 4] when left out. */
  readonly version?: readonly [major: number, minor: number];
}

const PCAP_MAGIC = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d, modified: 0xa1b2cd34 } as const;

/** A pcap file of `frames`. */
export function pcap(frames: readonly Frame[], options: PcapOptions = {}): Uint8Array {
  const { order = "little", format = "microseconds", linkType = 1, snapshotLength = 262144 } = options;
  const [major, minor] = options.version ?? [2, 4];
  const header = integers(order, [
    [32, PCAP_MAGIC[format]],
    [16, major],
    [16, minor],
    [32, 0],
    [32, 0],
    [32, snapshotLength],
    [32, linkType],
  ]);
  return concat([header, ...frames.map((frame) => pcapRecord(frame, order, format))]);
}

function pcapRecord(frame: Frame, order: ByteOrder, format: keyof typeof PCAP_MAGIC): Uint8Array {
  const time = frame.time ?? 0;
  const fraction = time % 1_000_000;
  const fields: Field[] = [
    [32, Math.floor(time / 1_000_000)],
    [32, format === "nanoseconds" ? fraction * 1000 + (frame.nanoseconds ?? 0) : fraction],
    [32, frame.capturedLength ?? frame.data.length],
    [32, frame.wireLength ?? frame.data.length],
  ];
  if (format === "modified") fields.push([32, 1], [16, 0x0800], [8, 0], [8, 0]);
  return concat([integers(order, fields), frame.data]);
}

/** A packet of a pcapng block: the time is in the units of its interface. */
export interface PcapngPacket {
  readonly data: Uint8Array;
  /** In units of the interface's resolution; 0 when left out. */
  readonly timestamp?: bigint;
  /** Index of the interface in the section, 0 when left out. */
  readonly interface?: number;
  readonly wireLength?: number;
  /** Captured length as the block states it, for a file that lies. */
  readonly capturedLength?: number;
}

export interface PcapngInterface {
  /** 1, Ethernet, when left out. */
  readonly linkType?: number;
  /** 0, no limit, when left out. */
  readonly snapshotLength?: number;
  readonly name?: string;
  readonly description?: string;
  /** The octet of if_tsresol: v for 10^-v seconds, 0x80 | v for 2^-v. The option is absent when left out. */
  readonly resolution?: number;
  /** if_tsoffset, seconds. The option is absent when left out. */
  readonly offsetSeconds?: bigint;
}

/** A block of a pcapng section; `raw` is for block types that a reader passes over, and for damaged ones. */
export type PcapngBlock =
  | ({ readonly kind: "interface" } & PcapngInterface)
  | ({ readonly kind: "enhancedPacket" | "packet" } & PcapngPacket)
  | { readonly kind: "simplePacket"; readonly data: Uint8Array; readonly wireLength?: number }
  | { readonly kind: "raw"; readonly type: number; readonly body: Uint8Array; readonly trailingLength?: number };

/** One pcapng section: its header and `blocks`. A file is one section or several, put together with `concat`. */
export function pcapngSection(blocks: readonly PcapngBlock[], order: ByteOrder = "little"): Uint8Array {
  const header = integers(order, [
    [32, 0x1a2b3c4d],
    [16, 1],
    [16, 0],
    [32, 0xffffffff],
    [32, 0xffffffff],
  ]);
  return concat([frameBlock(0x0a0d0d0a, header, order), ...blocks.map((block) => pcapngBlock(block, order))]);
}

/** A pcapng file of one section with one interface, microseconds unless the interface says otherwise. */
export function pcapng(frames: readonly Frame[], description: PcapngInterface = {}, order?: ByteOrder): Uint8Array {
  const packets = frames.map(
    ({ time = 0, ...frame }): PcapngBlock => ({ kind: "enhancedPacket", timestamp: BigInt(time), ...frame }),
  );
  return pcapngSection([{ kind: "interface", ...description }, ...packets], order);
}

/** Parts one after the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function pcapngBlock(block: PcapngBlock, order: ByteOrder): Uint8Array {
  switch (block.kind) {
    case "interface":
      return frameBlock(1, interfaceBody(block, order), order);
    case "packet":
      return frameBlock(
        2,
        packetBody(block, order, [
          [16, block.interface ?? 0],
          [16, 0xffff],
        ]),
        order,
      );
    case "simplePacket":
      return frameBlock(3, concat([integers(order, [[32, block.wireLength ?? block.data.length]]), block.data]), order);
    case "enhancedPacket":
      return frameBlock(6, packetBody(block, order, [[32, block.interface ?? 0]]), order);
    case "raw":
      return frameBlock(block.type, block.body, order, block.trailingLength);
  }
}

function interfaceBody(description: PcapngInterface, order: ByteOrder): Uint8Array {
  const { name, resolution, offsetSeconds } = description;
  const options: Uint8Array[] = [];
  if (name !== undefined) options.push(option(2, new TextEncoder().encode(name), order));
  if (description.description !== undefined) {
    options.push(option(3, new TextEncoder().encode(description.description), order));
  }
  if (resolution !== undefined) options.push(option(9, Uint8Array.of(resolution), order));
  if (offsetSeconds !== undefined) options.push(option(14, integers(order, [[64, offsetSeconds]]), order));
  if (options.length > 0) options.push(option(0, new Uint8Array(0), order));
  const fixed = integers(order, [
    [16, description.linkType ?? 1],
    [16, 0],
    [32, description.snapshotLength ?? 0],
  ]);
  return concat([fixed, ...options]);
}

function packetBody(packet: PcapngPacket, order: ByteOrder, interfaceFields: readonly Field[]): Uint8Array {
  const timestamp = packet.timestamp ?? 0n;
  const fixed = integers(order, [
    ...interfaceFields,
    [32, Number(timestamp >> 32n)],
    [32, Number(timestamp & 0xffffffffn)],
    [32, packet.capturedLength ?? packet.data.length],
    [32, packet.wireLength ?? packet.data.length],
  ]);
  return concat([fixed, packet.data]);
}

function option(code: number, value: Uint8Array, order: ByteOrder): Uint8Array {
  return concat([
    integers(order, [
      [16, code],
      [16, value.length],
    ]),
    padded(value),
  ]);
}

/** A block around `body`: type and length before, padding and length behind. */
function frameBlock(type: number, body: Uint8Array, order: ByteOrder, trailingLength?: number): Uint8Array {
  const content = padded(body);
  const length = content.length + 12;
  const head = integers(order, [
    [32, type],
    [32, length],
  ]);
  return concat([head, content, integers(order, [[32, trailingLength ?? length]])]);
}

/** `octets` with zeros up to a multiple of four. */
function padded(octets: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(octets.length / 4) * 4);
  whole.set(octets);
  return whole;
}

type Field = readonly [bits: 8 | 16 | 32 | 64, value: number | bigint];

/** Integers one after the other, each with its width in bits. */
function integers(order: ByteOrder, fields: readonly Field[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [bits]) => sum + bits / 8, 0)));
  const little = order === "little";
  let at = 0;
  for (const [bits, value] of fields) {
    if (bits === 8) view.setUint8(at, Number(value));
    if (bits === 16) view.setUint16(at, Number(value), little);
    if (bits === 32) view.setUint32(at, Number(value), little);
    if (bits === 64) view.setBigInt64(at, BigInt(value), little);
    at += bits / 8;
  }
  return new Uint8Array(view.buffer);
}
