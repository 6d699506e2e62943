/**
 * LZ4 blocks (lz4_Block_format.md): | token: literals 4, match 4 bits | more literals | literals | offset 2 | more match |.
 * A length of 15 goes on in octets, up to the first that is not 255. The last sequence ends with its literals.
 */
const damaged = (): never => {
  throw new RangeError("lz4 block is damaged");
};

/** Octets of a match that the token does not count. */
const LEAST_MATCH = 4;

/**
 * Decompresses a block into `into` and returns the octets written.
 *
 * @throws RangeError when the block is damaged or does not fit
 */
export function decompressLz4(block: Uint8Array, into: Uint8Array): number {
  const end = block.length;
  const room = into.length;
  let at = 0;
  let out = 0;
  while (at < end) {
    const token = block[at++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let more: number;
      do {
        if (at >= end || literals > room) damaged();
        more = block[at++]!;
        literals += more;
      } while (more === 255);
    }
    if (literals > end - at || literals > room - out) damaged();
    into.set(block.subarray(at, at + literals), out);
    at += literals;
    out += literals;
    if (at === end) return out;
    if (end - at < 2) damaged();
    const offset = block[at]! | (block[at + 1]! << 8);
    at += 2;
    let match = token & 15;
    if (match === 15) {
      let more: number;
      do {
        if (at >= end || match > room) damaged();
        more = block[at++]!;
        match += more;
      } while (more === 255);
    }
    match += LEAST_MATCH;
    if (offset === 0 || offset > out || match > room - out) damaged();
    if (offset >= match) into.copyWithin(out, out - offset, out - offset + match);
    else for (let k = 0; k < match; k++) into[out + k] = into[out + k - offset]!;
    out += match;
  }
  return out;
}
