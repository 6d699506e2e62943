import test from "ava";
import fc from "fast-check";
import { SessionCounters } from "../../src/collect/counters.js";
import { MessageSequence, type SequenceUnit } from "../../src/collect/sequence.js";

function noted(unit: SequenceUnit, messages: readonly (readonly [number: number, advance: number | undefined])[]) {
  const counters = new SessionCounters();
  const sequence = new MessageSequence(counters, unit);
  for (const [number, advance] of messages) sequence.note(number, advance);
  return counters.sequence;
}

/** Messages of so many records each, with the number that RFC 7011 gives them. */
function numbered(start: number, advances: readonly number[]): [number: number, advance: number][] {
  let number = start;
  return advances.map((advance) => {
    const message: [number, number] = [number, advance];
    number = (number + advance) >>> 0;
    return message;
  });
}

const advances = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 3, maxLength: 30 });
const start = fc.oneof(fc.constant(0), fc.integer({ min: 0xffff_ff00, max: 0xffff_ffff }), fc.integer({ min: 0 }));

test("records in messages that do not come are lost, those that come late are not, across the wrap of the number", (t) => {
  fc.assert(
    fc.property(start, advances, fc.nat(), (first, sizes, which) => {
      const messages = numbered(first, sizes);
      const at = 1 + (which % (sizes.length - 2));
      const without = messages.filter((_, k) => k !== at);
      const missing = noted("lostRecords", without);
      t.true(missing.lostRecords === sizes[at] || missing.lostRecords === 0);
      const late = noted("lostRecords", [...without, messages[at]!]);
      t.like(late, { lostRecords: 0, restarts: 0 });
    }),
  );
});

test("a lost message leaves the sum of its records, whatever comes behind", (t) => {
  t.like(
    noted("lostRecords", [
      [0, 10],
      [10, 20],
      [47, 3],
      [50, 1],
    ]),
    { lostRecords: 17, restarts: 0 },
  );
  t.like(
    noted("lostMessages", [
      [7, 1],
      [8, 1],
      [12, 1],
    ]),
    { lostMessages: 3, lostRecords: 0 },
  );
});

test("late messages close their part of a gap each, in any order", (t) => {
  const inOrder = numbered(1000, [10, 10, 10, 10, 10, 10]);
  const [a, b, c, d, e, f] = inOrder as [[number, number], ...[number, number][]];
  t.like(noted("lostRecords", [a, f!, c!]), { lostRecords: 30, reordered: 1, restarts: 0 });
  t.like(noted("lostRecords", [a, f!, c!, e!, b!, d!]), { lostRecords: 0, reordered: 4, restarts: 0 });
});

test("an exporter that begins again at a low number has lost nothing", (t) => {
  t.like(
    noted("lostMessages", [
      [5000, 1],
      [0, 1],
      [1, 1],
    ]),
    { lostMessages: 0, restarts: 1 },
  );
  t.like(
    noted("lostRecords", [
      [50, 30],
      [0, 30],
      [30, 30],
    ]),
    { lostRecords: 0, restarts: 1 },
  );
  t.like(
    noted("lostRecords", [
      [50, 30],
      [3_000_000_000, 30],
    ]),
    { lostRecords: 0, restarts: 1 },
  );
});

test("a message of before the first one is late, not a new start", (t) => {
  t.like(
    noted("lostMessages", [
      [5000, 1],
      [4999, 1],
      [5001, 1],
    ]),
    { lostMessages: 0, reordered: 1, restarts: 0 },
  );
});

test("a message that comes twice is neither lost nor a new start", (t) => {
  t.like(
    noted("lostRecords", [
      [5000, 10],
      [5010, 10],
      [5010, 10],
      [5020, 10],
    ]),
    { lostRecords: 0, restarts: 0 },
  );
});

test("numbers that include their message are understood", (t) => {
  t.like(
    noted("lostRecords", [
      [24, 25],
      [56, 32],
      [89, 33],
      [121, 32],
      [157, 4],
    ]),
    { lostRecords: 32, restarts: 0 },
  );
});

test("behind a message whose records cannot be counted nothing is missing", (t) => {
  t.like(
    noted("lostRecords", [
      [100, 10],
      [110, undefined],
      [190, 10],
      [200, 10],
    ]),
    { lostRecords: 0, restarts: 0 },
  );
});

test("a sender cannot make the sequence remember without bounds, and losses never fall below zero", (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 0xffff_ffff }), fc.option(fc.nat(70), { nil: undefined })), {
        maxLength: 200,
      }),
      (messages) => {
        const counts = noted("lostRecords", messages);
        t.true(Object.values(counts).every((count) => Number.isInteger(count) && count >= 0));
      },
    ),
  );
});

/** Messages of so many flows and options each, as an exporter numbers them that counts `counted` sent before. */
function counting(
  counted: (flows: number, options: number) => number,
  sizes: readonly (readonly [flows: number, options: number])[],
  position: "before" | "including" = "before",
  from = 4_294_967_000,
): { number: number; flows: number; records: number }[] {
  let number = from;
  return sizes.map(([flows, options]) => {
    const amount = counted(flows, options);
    const own = position === "before" ? number : number + amount;
    number += amount;
    return { number: own >>> 0, flows, records: flows + options };
  });
}

/** What NetFlow 9's sequence says of such messages. */
function notedOfVersion9(messages: ReturnType<typeof counting>) {
  const counters = new SessionCounters();
  const sequence = new MessageSequence(counters, "lostMessages");
  for (const { number, flows, records } of messages) sequence.note(number, 1, { flows, records });
  return counters.sequence;
}

const SIZES: readonly (readonly [number, number])[] = [
  [0, 0],
  [24, 0],
  [24, 0],
  [1, 0],
  [17, 1],
  [30, 0],
  [0, 2],
  [24, 0],
  [12, 0],
  [2, 0],
];

test("an exporter of NetFlow 9 that counts flows or records loses nothing, and what is lost then are records", (t) => {
  for (const counted of [(flows: number) => flows, (flows: number, options: number) => flows + options])
    for (const position of ["before", "including"] as const) {
      const messages = counting(counted, [...SIZES, ...SIZES, ...SIZES], position);
      t.like(notedOfVersion9(messages), { lostMessages: 0, lostRecords: 0, restarts: 0 });
      const at = messages.findLastIndex(({ flows, records }) => flows === 30 && records === 30);
      const missing = notedOfVersion9(messages.filter((_, k) => k !== at));
      t.like(missing, { lostMessages: 0, lostRecords: 30, restarts: 0 }, position);
    }
});

test("an exporter that counts messages is believed, whatever is lost of them", (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 2, max: 30 }), fc.nat(3)), { minLength: 20, maxLength: 60 }),
      fc.array(fc.nat(59), { maxLength: 6 }),
      (sizes, lost) => {
        const messages = counting(() => 1, sizes);
        const gone = new Set(lost.filter((k) => k > 2 && k < sizes.length - 3));
        const { lostMessages, lostRecords } = notedOfVersion9(messages.filter((_, k) => !gone.has(k)));
        t.deepEqual([lostMessages, lostRecords], [gone.size, 0]);
      },
    ),
  );
});

test("losses that were counted before the exporter showed that it counts flows are taken back", (t) => {
  const counters = new SessionCounters();
  const sequence = new MessageSequence(counters, "lostMessages");
  const messages = counting((flows) => flows, [...SIZES, ...SIZES], "before", 5000);
  // The template is not known yet: records cannot be counted.
  for (const { number } of messages.slice(1, 6)) sequence.note(number, 1);
  t.true(counters.sequence.lostMessages > 0);
  for (const { number, flows, records } of messages.slice(6)) sequence.note(number, 1, { flows, records });
  t.like(counters.sequence, { lostMessages: 0, lostRecords: 0, restarts: 0 });
});

test("an exporter of IPFIX that counts messages loses nothing, and what is lost then are messages", (t) => {
  const noted = (numbers: readonly number[]) => {
    const counters = new SessionCounters();
    const sequence = new MessageSequence(counters, "lostRecords");
    for (const number of numbers) sequence.note(number, 20, { messages: 1, flows: 20 });
    return counters.sequence;
  };
  t.like(noted([7, 8, 9, 10, 11, 12]), { lostMessages: 0, lostRecords: 0, reordered: 0, restarts: 0 });
  t.like(noted([7, 8, 9, 10, 11, 14]), { lostMessages: 2, lostRecords: 0, reordered: 0, restarts: 0 });
});
