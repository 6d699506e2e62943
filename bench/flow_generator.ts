/** Flow records of one day of a site, made the same every time: clients inside, servers outside, some traffic inward. */
import { FlowBatch } from "../src/record/batch.js";
import { BASE, BASE_SIZE, END_REASON } from "../src/record/layout.js";

const PIECE = 8192;
const DAY = 86_400e6;

/** Inside are 10.0.0.0/20, outside some 200,000 addresses; a few of both have most of the traffic. */
const INSIDE = 4096;
const OUTSIDE = 200_000;

const SERVICES = [443, 443, 443, 443, 80, 53, 53, 22, 25, 123, 8080, 3389];

/**
 * Hands on `flows` unidirectional records, requests and replies in turn, in the order of their start.
 *
 * @param start microseconds since 1970
 * @param take is given batches that are valid until it returns or its promise resolves
 */
export async function generateFlows(
  flows: number,
  start: number,
  take: (batch: FlowBatch) => Promise<void> | void,
): Promise<void> {
  const batch = new FlowBatch(new ArrayBuffer(PIECE * BASE_SIZE), 0);
  const { u8, u16, u32 } = batch;
  const random = xorshift(0x9e3779b9);
  for (let done = 0; done < flows; ) {
    const count = Math.min(PIECE, flows - done);
    u8.fill(0);
    for (let i = 0; i < count; i += 2) {
      const pair = drawPair(random);
      const from = start + Math.floor((DAY * (done + i)) / flows) + Math.floor(random() * 1000);
      for (let k = 0; k < 2 && i + k < count; k++) {
        const o = (i + k) * BASE_SIZE;
        const w = o >> 2;
        const h = o >> 1;
        const reply = k === 1;
        u32[w + 2] = 0xffff0000;
        u32[w + 6] = 0xffff0000;
        u32[w + 3] = swapped(reply ? pair.server : pair.client);
        u32[w + 7] = swapped(reply ? pair.client : pair.server);
        u16[h + BASE.sourceTransportPort / 2] = reply ? pair.service : pair.port;
        u16[h + BASE.destinationTransportPort / 2] = reply ? pair.port : pair.service;
        u8[o + BASE.protocolIdentifier] = pair.protocol;
        u8[o + BASE.ipVersion] = 4;
        const began = from + (reply ? 200 : 0);
        put64(u32, w + BASE.flowStart / 4, began);
        put64(u32, w + BASE.flowEnd / 4, began + pair.duration);
        u8[o + BASE.flowEndReason] = END_REASON.end;
        const packets = reply ? pair.packets * 2 : pair.packets;
        put64(u32, w + BASE.packets[0] / 4, packets);
        put64(u32, w + BASE.octets[0] / 4, packets * (reply ? pair.replySize : pair.size));
        if (pair.protocol === 6) {
          u8[o + BASE.initialTcpFlags[0]] = reply ? 0x12 : 0x02;
          u8[o + BASE.unionTcpFlags[0]] = 0x1b;
        }
        u8[o + BASE.minimumTtl[0]] = u8[o + BASE.maximumTtl[0]] = reply ? 52 : 64;
        u8[o + BASE.interface[0]] = 0;
      }
    }
    batch.count = count;
    await take(batch);
    done += count;
  }
}

interface Pair {
  client: number;
  server: number;
  port: number;
  service: number;
  protocol: number;
  packets: number;
  size: number;
  replySize: number;
  /** Microseconds. */
  duration: number;
}

const pair: Pair = {
  client: 0,
  server: 0,
  port: 0,
  service: 0,
  protocol: 0,
  packets: 0,
  size: 0,
  replySize: 0,
  duration: 0,
};

function drawPair(random: () => number): Pair {
  pair.client = 0x0a000000 + Math.floor(INSIDE * random() ** 2);
  // The multiplier spreads neighbours over the address space.
  pair.server = (0x17000000 + ((Math.floor(OUTSIDE * random() ** 3) * 2654435761) >>> 1)) >>> 0;
  pair.port = 1024 + Math.floor(random() * 64000);
  pair.service = SERVICES[Math.floor(random() * SERVICES.length)]!;
  pair.protocol = pair.service === 53 || pair.service === 123 ? 17 : 6;
  const long = pair.protocol === 6;
  pair.packets = long ? 3 + Math.floor(40 * random() ** 4) : 1;
  pair.size = 60 + Math.floor(random() * 200);
  pair.replySize = 80 + Math.floor(random() * 1200);
  pair.duration = long ? Math.floor(30e6 * random() ** 3) : Math.floor(random() * 50_000);
  return pair;
}

function put64(u32: Uint32Array, w: number, value: number): void {
  u32[w] = value;
  u32[w + 1] = value / 4294967296;
}

/** Network order of an IPv4 address on a little-endian host. */
function swapped(value: number): number {
  return ((value << 24) | ((value << 8) & 0xff0000) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}

/** Numbers from 0 to below 1. */
function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}
