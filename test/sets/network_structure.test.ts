import test from "ava";
import { UsageError } from "../../src/errors.js";
import { countBlocks } from "../../src/sets/block_counter.js";
import { parseNetworkStructure } from "../../src/sets/network_structure.js";
import { AddressSetBuilder } from "../../src/sets/set_builder.js";
import { parseWildcard } from "../../src/sets/wildcard.js";

test("a list of blocks is printed without counting others", (t) => {
  t.deepEqual(parseNetworkStructure("8,16"), { version: 4, rows: [8, 16], counted: [] });
  t.deepEqual(parseNetworkStructure("ABCX"), { version: 4, rows: [8, 16, 24, 27], counted: [] });
  t.deepEqual(parseNetworkStructure("HT,20"), { version: 4, rows: [0, 20, 32], counted: [] });
  t.deepEqual(parseNetworkStructure("v6:T48H"), { version: 6, rows: [0, 48, 128], counted: [] });
});

test("a slash or S has the blocks counted in each row", (t) => {
  t.deepEqual(parseNetworkStructure("TS"), { version: 4, rows: [0], counted: [0, 8, 16, 24, 27] });
  t.deepEqual(parseNetworkStructure("v4:TS/8,16,24,27"), parseNetworkStructure("TS"));
  t.deepEqual(parseNetworkStructure("v6:TS"), { version: 6, rows: [0], counted: [0, 48, 64] });
  t.deepEqual(parseNetworkStructure("8/24"), { version: 4, rows: [8], counted: [8, 24] });
  t.deepEqual(parseNetworkStructure("8,16/"), { version: 4, rows: [8, 16], counted: [8, 16] });
});

test("what names no block of the version is refused", (t) => {
  for (const wrong of ["33", "v6:129", "8/16/24", "Q", "v6:A", ","])
    t.throws(() => parseNetworkStructure(wrong), { instanceOf: UsageError, message: /network-structure/ }, wrong);
});

function rowsOf(wildcards: readonly string[], rows: number[], counted: number[]): string[] {
  const builder = new AddressSetBuilder();
  for (const each of wildcards) parseWildcard(each).forEachRange((range) => builder.addRange(range));
  const found: string[] = [];
  countBlocks(builder.build().ipv4, rows, counted, ({ words, prefix, hosts, blocks }) => {
    found.push(`${words[0]!.toString(16)}/${prefix} ${hosts} ${blocks.join(",")}`);
  });
  return found;
}

test("inner blocks come before the one they are in, with their own counts", (t) => {
  t.deepEqual(rowsOf(["10.0.0.1", "10.0.0.2", "10.0.1.0/25", "11.0.0.0/24"], [8, 24], [24, 27]), [
    "a000000/24 2 0,1",
    "a000100/24 128 0,4",
    "a000000/8 130 2,5",
    "b000000/24 256 0,8",
    "b000000/8 256 1,8",
  ]);
});

test("blocks larger than a row are one row for each of it", (t) => {
  t.deepEqual(rowsOf(["10.0.0.0/15"], [16], [24]), ["a000000/16 65536 256", "a010000/16 65536 256"]);
  t.deepEqual(rowsOf(["0.0.0.0/0"], [0], [8, 27]), ["0/0 4294967296 256,134217728"]);
  t.deepEqual(rowsOf(["255.255.255.254/31"], [32], []), ["fffffffe/32 1 ", "ffffffff/32 1 "]);
});
