/** Lines of a text, read in large pieces. */
import { InputError } from "../../../errors.js";
import type { OctetSource } from "../../../files/octet_source.js";

/** Octets of the longest line; rwcut's have some 300. */
const LONGEST_LINE = 1 << 20;
const LINE_FEED = 10;

/**
 * All lines without their ends.
 *
 * @throws InputError when a line is longer than 1 MiB
 */
export function* linesIn(source: OctetSource): Generator<string> {
  for (;;) {
    const last = source.buffer.lastIndexOf(LINE_FEED, source.end - 1);
    const octets = last < source.start ? 0 : last + 1 - source.start;
    if (octets > 0 && source.end > source.start) {
      const piece = Buffer.from(source.buffer.buffer, source.start, octets - 1).toString();
      source.take(octets);
      for (const line of piece.split("\n")) yield line.endsWith("\r") ? line.slice(0, -1) : line;
      continue;
    }
    if (source.available > LONGEST_LINE)
      throw new InputError(`${source.name}: line at octet ${source.taken} is longer than ${LONGEST_LINE} octets`);
    if (!source.need(source.available + 1)) break;
  }
  if (source.available === 0) return;
  yield Buffer.from(source.buffer.buffer, source.start, source.available).toString();
  source.take(source.available);
}
