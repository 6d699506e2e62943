/** What `rwsettool --mask` and `--fill-blocks` do: whole blocks of one prefix length. */
import { InputError } from "../errors.js";
import { EdgeBuilder } from "./edge_builder.js";
import { compareWords, type Edges, fillLow, forEachRun, increment, RunJoiner } from "./edges.js";

/** Blocks whose first addresses are kept at most: 2^27 take 1 GB. */
const MOST_BLOCKS = 2 ** 27;

/**
 * The first number of every block that has a member.
 *
 * @throws InputError when there are more than 2^27 blocks
 */
export function firstOfBlocks(edges: Edges, prefix: number): Edges {
  const { width } = edges;
  const bits = 32 * width - prefix;
  if (bits <= 0) return edges;
  const builder = new EdgeBuilder(width);
  const block = new Uint32Array(width);
  let count = 0;
  forEachRun(edges, (range) => {
    block.set(range.subarray(0, width));
    do {
      fillLow(block, 0, width, bits, "zeros");
      builder.add(block, 0);
      if (++count > MOST_BLOCKS) throw new InputError(`there are more than ${MOST_BLOCKS} blocks of /${prefix}`);
      fillLow(block, 0, width, bits, "ones");
    } while (increment(block, 0, width) && compareWords(block, 0, range, width, width) <= 0);
  });
  return builder.build();
}

/** Every block that has a member, whole. */
export function fillBlocks(edges: Edges, prefix: number): Edges {
  const { width } = edges;
  const bits = 32 * width - prefix;
  if (bits <= 0) return edges;
  const joiner = new RunJoiner(width, edges.words.length / 2 / width);
  forEachRun(edges, (range) => {
    fillLow(range, 0, width, bits, "zeros");
    fillLow(range, width, width, bits, "ones");
    joiner.add(range, 0, width);
  });
  return joiner.end();
}
