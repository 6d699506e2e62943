/** Lines of a stream as they come, which may be one now and the next in an hour. */
import { InputError, systemReason } from "../errors.js";

/** Characters of the longest line; rwcut's have some 300. */
const LONGEST_LINE = 1 << 20;

/**
 * The lines of each piece that comes, without their ends.
 *
 * @param name what messages call the stream
 * @throws InputError when a line is longer than 1 MiB, or the stream cannot be read
 */
export async function* streamLines(stream: NodeJS.ReadableStream, name: string): AsyncGenerator<readonly string[]> {
  stream.setEncoding("utf8");
  let rest = "";
  let lines = 0;
  try {
    for await (const piece of stream) {
      const parts = (rest + String(piece)).split("\n");
      rest = parts.pop()!;
      lines += parts.length;
      if (rest.length > LONGEST_LINE || parts.some((part) => part.length > LONGEST_LINE))
        throw new InputError(`${name}: a line after line ${lines} is longer than ${LONGEST_LINE} characters`);
      if (parts.length > 0) yield parts;
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${name}: ${systemReason(error)}`);
  }
  if (rest !== "") yield [rest];
}
