import test from "ava";
import fc from "fast-check";
import { MessageStream } from "../../src/receive/message_stream.js";

function message(size: number, fill: number): Uint8Array {
  const octets = new Uint8Array(size).fill(fill);
  octets.set([0, 10, size >> 8, size & 255]);
  return octets;
}

test("messages come whole and in order however the stream is cut", (t) => {
  const sizes = fc.oneof(fc.integer({ min: 16, max: 60 }), fc.constantFrom(16, 17, 1500, 65_535));
  fc.assert(
    fc.property(
      fc.array(sizes, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }),
      (all, cuts) => {
        const sent = all.map((size, at) => message(size, at + 1));
        const stream = Buffer.concat(sent);
        const got: Buffer[] = [];
        const cutter = new MessageStream((octets) =>
          got.push(Buffer.from(Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength))),
        );
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = cuts[turn % cuts.length]!;
          t.is(cutter.add(stream.subarray(at, at + size)), undefined);
          at += size;
        }
        return cutter.unfinished === 0 && got.length === sent.length && got.every((each, at) => each.equals(sent[at]!));
      },
    ),
    { numRuns: 200 },
  );
});

test("a stream that is no IPFIX is refused at its first header, whole or in pieces", (t) => {
  for (const [octets, fault] of [
    [[0, 9, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "not IPFIX: version 9"],
    [[0, 10, 0, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "a message of 15 octets"],
  ] as const) {
    const take = () => t.fail();
    t.is(new MessageStream(take).add(Uint8Array.from(octets)), fault);
    const slow = new MessageStream(take);
    const answers = octets.map((octet) => slow.add(Uint8Array.of(octet)));
    t.is(answers.at(-1), fault);
    t.true(answers.slice(0, -1).every((each) => each === undefined));
  }
});

test("what comes behind a message is judged after it", (t) => {
  let messages = 0;
  const stream = new MessageStream(() => {
    messages += 1;
  });
  const octets = Buffer.concat([message(20, 1), Buffer.from("GET / HTTP/1.1\r\n\r\n")]);
  t.regex(stream.add(octets) ?? "", /^not IPFIX: version/);
  t.is(messages, 1);
});
