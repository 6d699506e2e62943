/** Maps built from text, against a list of ranges of which the last that has a key decides. */
import test from "ava";
import fc from "fast-check";
import { UsageError } from "../../src/errors.js";
import { NO_LABEL, NO_PREFIX_VALUE, type PrefixMap, type PrefixMapKey } from "../../src/formats/silk/prefix_map.js";
import { forEachMapRange, mapBlock } from "../../src/formats/silk/prefix_map_ranges.js";
import { writePrefixMap } from "../../src/formats/silk/prefix_map_writer.js";
import { keyFormatter } from "../../src/pmaps/map_keys.js";
import { MapText } from "../../src/pmaps/map_text.js";
import { loadPrefixMap } from "../../src/pmaps/prefix_map_file.js";
import { MemorySink } from "../support/rows.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
let files = 0;

const BITS = { ipv4: 32n, ipv6: 128n, "proto-port": 24n } as const;

interface Range {
  readonly low: bigint;
  readonly high: bigint;
  readonly label: string;
}

interface Model {
  readonly key: PrefixMapKey;
  readonly ranges: readonly Range[];
  readonly other: string | undefined;
  readonly probes: readonly bigint[];
}

/** Numbers near each other and near the ends, so that ranges overlap and touch. */
const arbitraryNumber = (bits: bigint): fc.Arbitrary<bigint> => {
  const most = (1n << bits) - 1n;
  return fc.oneof(
    fc.bigInt(0n, most),
    fc.bigInt(0n, 40n),
    fc.bigInt(most - 40n, most),
    fc.bigInt(most / 2n - 20n, most / 2n + 20n),
  );
};

const arbitraryModel: fc.Arbitrary<Model> = fc.constantFrom<PrefixMapKey>("ipv4", "ipv6", "proto-port").chain((key) => {
  const number = arbitraryNumber(BITS[key]);
  const label = fc.constantFrom("inside", "out side", "dmz", "x");
  const range = fc
    .tuple(number, number, label)
    .map(([a, b, text]): Range => (a < b ? { low: a, high: b, label: text } : { low: b, high: a, label: text }));
  return fc.record({
    key: fc.constant(key),
    ranges: fc.array(range, { maxLength: 12 }),
    other: fc.option(label, { nil: undefined }),
    probes: fc.array(number, { minLength: 1, maxLength: 20 }),
  });
});

function wordsOf(key: PrefixMapKey, value: bigint): Uint32Array {
  if (key !== "ipv6") return Uint32Array.of(Number(value));
  return Uint32Array.from([96n, 64n, 32n, 0n], (shift) => Number((value >> shift) & 0xffff_ffffn));
}

function numberOf(words: Uint32Array): bigint {
  return words.reduce((number, word) => (number << 32n) | BigInt(word), 0n);
}

function linesOf({ key, ranges, other }: Model): string[] {
  const text = keyFormatter(key);
  const range = ({ low, high, label }: Range) =>
    `${text(wordsOf(key, low))} ${text(wordsOf(key, high))}\t${label}  # c`;
  return [`mode ${key}`, "", ...(other === undefined ? [] : [`default ${other}`]), ...ranges.map(range)];
}

function mapOf(lines: readonly string[], byteOrder: "little" | "big" = "little"): PrefixMap {
  const text = new MapText(undefined);
  for (const line of lines) text.add(line);
  const sink = new MemorySink();
  writePrefixMap(sink, text.build(), [], byteOrder);
  files += 1;
  return loadPrefixMap(scratch.write(`${files}.pmap`, sink.octets));
}

function find(map: PrefixMap, key: PrefixMapKey, value: bigint): number {
  const words = wordsOf(key, value);
  if (key === "proto-port") return map.findProtocolPort(words[0]! >>> 16, words[0]! & 0xffff);
  if (key === "ipv4") return map.findAddress(0, 0, 0xffff, words[0]!);
  return map.findAddress(words[0]!, words[1]!, words[2]!, words[3]!);
}

function expected({ ranges, other }: Model, value: bigint): string {
  const last = ranges.findLast(({ low, high }) => low <= value && value <= high);
  return last?.label ?? other ?? NO_LABEL;
}

/** The keys at which something can change, and those beside them. */
function edges({ key, ranges, probes }: Model): readonly bigint[] {
  const most = (1n << BITS[key]) - 1n;
  const near = ranges.flatMap(({ low, high }) => [low - 1n, low, low + 1n, high - 1n, high, high + 1n]);
  return [...probes, ...near, 0n, most].filter((each) => each >= 0n && each <= most);
}

test("the last range that has a key decides its label, in files of either byte order", (t) => {
  fc.assert(
    fc.property(arbitraryModel, (model) => {
      for (const byteOrder of ["little", "big"] as const) {
        const map = mapOf(linesOf(model), byteOrder);
        t.is(map.key, model.key);
        for (const each of edges(model)) t.is(map.label(find(map, model.key, each)), expected(model, each), `${each}`);
      }
    }),
    { numRuns: 150 },
  );
});

test("ranges cover all keys in order, neighbours have different labels, and give the same map again", (t) => {
  fc.assert(
    fc.property(arbitraryModel, (model) => {
      const map = mapOf(linesOf(model));
      const text = keyFormatter(model.key);
      const lines = [`mode ${model.key}`];
      let next = 0n;
      let before: string | undefined;
      forEachMapRange(map, "test", (first, last, value) => {
        t.is(numberOf(first), next);
        const label = map.label(value);
        t.not(label, before);
        t.is(label, expected(model, numberOf(first)));
        t.is(label, expected(model, numberOf(last)));
        lines.push(`${text(first)} ${text(last)} ${label}`);
        before = label;
        next = numberOf(last) + 1n;
      });
      t.is(next, 1n << BITS[model.key]);
      const again = mapOf(lines);
      for (const each of edges(model)) t.is(again.label(find(again, model.key, each)), expected(model, each));
    }),
    { numRuns: 150 },
  );
});

test("the block of a key has it, is aligned, and has one label", (t) => {
  fc.assert(
    fc.property(arbitraryModel, (model) => {
      const map = mapOf(linesOf(model));
      for (const each of edges(model)) {
        const { first, last, prefix, value } = mapBlock(map, wordsOf(model.key, each));
        const size = 1n << (BITS[model.key] - BigInt(prefix));
        t.is(numberOf(first), (each / size) * size);
        t.is(numberOf(last) - numberOf(first) + 1n, size);
        for (const key of [each, numberOf(first), numberOf(last)]) {
          t.is(find(map, model.key, key), value);
          t.is(map.label(value), expected(model, key));
        }
      }
    }),
    { numRuns: 100 },
  );
});

const label = (lines: readonly string[], address: string) => {
  const map = mapOf(lines);
  const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
  return map.label(map.findAddress(0, 0, 0xffff, ((a << 24) | (b << 16) | (c << 8) | d) >>> 0));
};

test("labels keep the values that statements give them, and ranges may name them by value", (t) => {
  const lines = [
    "label 2 external",
    "label 0 non-routable",
    "default 2",
    "10.0.0.0/8 1",
    "LABEL 1 internal",
    "11.0.0.0/8 1",
  ];
  const map = mapOf(lines);
  t.deepEqual(map.labels, ["non-routable", "internal", "external", "1"]);
  t.is(label(lines, "10.1.1.1"), "1");
  t.is(label(lines, "11.1.1.1"), "internal");
  t.is(label(lines, "12.1.1.1"), "external");
});

test("addresses may be numbers, ends of ranges blocks, and labels may look like addresses", (t) => {
  t.is(label(["167772160 167772161 ten"], "10.0.0.1"), "ten");
  t.is(label(["167772160 167772161 ten"], "10.0.0.2"), NO_LABEL);
  t.is(label(["10.0.0.7 10.0.0.9"], "10.0.0.7"), "10.0.0.9");
  t.is(label(["10.0.0.0/8 11.0.0.0 Inc"], "10.0.0.7"), "11.0.0.0 Inc");
  t.is(label(["10.0.0.1 the gateway"], "10.0.0.1"), "the gateway");
  t.is(label(["delimiter ,", "10.0.0.1,10.0.0.3,some one"], "10.0.0.2"), "some one");
});

test("protocols without ports have all of them", (t) => {
  const map = mapOf(["mode proto-port", "6 6 TCP", "17 UDP", "6/80 http", "50/0 51/65535 IPsec"]);
  for (const [protocol, port, text] of [
    [6, 0, "TCP"],
    [6, 65535, "TCP"],
    [6, 80, "http"],
    [7, 0, NO_LABEL],
    [17, 9, "UDP"],
    [51, 65535, "IPsec"],
  ] as const)
    t.is(map.label(map.findProtocolPort(protocol, port)), text, `${protocol}/${port}`);
});

test("lines that cannot be understood say why and change nothing", (t) => {
  for (const [line, reason] of [
    ["10.0.0.0/33 x", /CIDR prefix: Value is above maximum of 32/],
    ["10.0.0.0/8", /No label/],
    ["2001:db8::/32 x", /IPv6 address/],
    ["10.0.0.9 10.0.0.8 x", /'10.0.0.9' is greater/],
    ["ten x", /'ten' is not an IP address/],
    ["mode ipv5", /Unrecognized mode/],
    ["mode ipv6", /before the first range/],
    ["map-name a:b", /Invalid map-name/],
    ["label x y", /Expected a number/],
    ["label 0 other", /already in use for 'net'/],
    ["label 9 NET", /already has the value 0/],
    ["label 4000000000 x", /above maximum/],
    ["default", /No label/],
    ["delimiter ab", /not one character/],
  ] as const) {
    const text = new MapText(undefined);
    text.add("10.0.0.0/8 net");
    const before = text.build();
    t.throws(() => text.add(line), { instanceOf: UsageError, message: reason }, line);
    t.deepEqual(text.build(), before, line);
  }
});

test("a map whose nodes share parts is refused instead of walked for ever", (t) => {
  // Both sides of every node are the next one: 2^31 ways through 32 nodes.
  const nodes = Int32Array.from({ length: 64 }, (_, k) => (k < 62 ? (k >> 1) + 1 : NO_PREFIX_VALUE | 0x8000_0000));
  const sink = new MemorySink();
  writePrefixMap(sink, { key: "ipv4", name: "", nodes, labels: [] }, []);
  const map = loadPrefixMap(scratch.write("shared.pmap", sink.octets));
  t.throws(() => forEachMapRange(map, "shared.pmap", () => {}), { code: "INPUT", message: /not a tree/ });
});

test("damaged maps end in an answer or in one error", (t) => {
  const text = new MapText(undefined);
  for (const line of ["default rest", "10.0.0.0/8 ten", "10.1.2.3 10.1.9.9 some", "192.0.2.0/24 doc"]) text.add(line);
  const sink = new MemorySink();
  writePrefixMap(sink, text.build(), []);
  const damage = fc.array(fc.tuple(fc.nat(sink.octets.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(damage, fc.nat(sink.octets.length), (changes, cut) => {
      const octets = Buffer.from(sink.octets);
      for (const [at, value] of changes) octets[at] = value;
      const path = scratch.write("damaged.pmap", cut % 3 === 0 ? octets.subarray(0, cut) : octets);
      try {
        const map = loadPrefixMap(path);
        const key = new Uint32Array(map.key === "ipv6" ? 4 : 1);
        t.is(typeof map.label(mapBlock(map, key).value), "string");
        forEachMapRange(map, path, (_first, _last, value) => t.is(typeof map.label(value), "string"));
      } catch (error) {
        t.like(error, { code: "INPUT" });
      }
    }),
    { numRuns: 1500 },
  );
});
