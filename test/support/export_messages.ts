/** Export messages that tests send: NetFlow 5 datagrams whose records tell themselves apart. */

/** Octets of NetFlow 5's header and records. */
const HEADER = 24;
const RECORD = 48;

/** A datagram of `records` TCP flows from 10.0.0.0 + `from`, each of 3 packets and 300 octets. */
export function netflow5(records: number, from = 0, seconds = Math.floor(Date.now() / 1000)): Buffer {
  const octets = Buffer.alloc(HEADER + RECORD * records);
  octets.writeUInt16BE(5, 0);
  octets.writeUInt16BE(records, 2);
  octets.writeUInt32BE(1_000_000, 4);
  octets.writeUInt32BE(seconds, 8);
  octets.writeUInt32BE(from, 16);
  for (let each = 0; each < records; each++) {
    const at = HEADER + RECORD * each;
    octets.writeUInt32BE(0x0a00_0000 + from + each, at);
    octets.writeUInt32BE(0xc000_0201, at + 4);
    octets.writeUInt32BE(3, at + 16);
    octets.writeUInt32BE(300, at + 20);
    octets.writeUInt32BE(999_000, at + 24);
    octets.writeUInt32BE(999_500, at + 28);
    octets.writeUInt16BE(40_000, at + 32);
    octets.writeUInt16BE(443, at + 34);
    octets.writeUInt8(0x1b, at + 37);
    octets.writeUInt8(6, at + 38);
  }
  return octets;
}
