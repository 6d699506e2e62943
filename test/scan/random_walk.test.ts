/** The random walk by hand. */
import test from "ava";
import { RandomWalk, USUAL_WALK } from "../../src/scan/random_walk.js";
import { ScanFlow } from "../../src/scan/scan_flow.js";
import { AddressSetBuilder } from "../../src/sets/set_builder.js";

const [SYN, ACK, RST] = [0x02, 0x10, 0x04];

/** Addresses 1 to 9 exist. */
function internal() {
  const builder = new AddressSetBuilder();
  for (let address = 1; address < 10; address++) builder.addIpv4(address);
  return builder.build();
}

function flowTo(destination: number, flags: number = SYN, initialFlags?: number): ScanFlow {
  return Object.assign(new ScanFlow(), { destination, flags, initialFlags });
}

function walked(...destinations: readonly number[]): RandomWalk {
  const walk = new RandomWalk(internal(), USUAL_WALK);
  walk.begin();
  for (const each of destinations) walk.add(flowTo(each));
  return walk;
}

test("four misses make a scanner: each is (1 - 0.2) / (1 - 0.8) = 4 times likelier, and 4^4 = 256 is above 99", (t) => {
  t.is(walked(10, 11, 12).verdict, "unknown");
  const walk = walked(10, 11, 12, 13);
  t.is(walk.verdict, "scanner");
  t.is(walk.probability.toFixed(9), (256 / 257).toFixed(9));
});

test("four hits make a benign source: each is 0.2 / 0.8 as likely, and 1/256 is below 1/99", (t) => {
  t.is(walked(1, 2, 3).verdict, "unknown");
  t.is(walked(1, 2, 3, 4).verdict, "benign");
});

test("hits and misses make up for each other", (t) => {
  t.is(walked(1, 10, 2, 11, 3, 12).verdict, "unknown");
  t.is(walked(1, 10, 11, 12, 13).verdict, "unknown");
  t.is(walked(1, 10, 11, 12, 13, 14).verdict, "scanner");
});

test("a destination counts once, and nothing counts after the verdict", (t) => {
  t.is(walked(10, 10, 10, 10, 10).misses, 1);
  const walk = walked(10, 11, 12, 13);
  for (const each of [1, 2, 3, 4, 5, 6, 7, 8]) walk.add(flowTo(each));
  t.deepEqual([walk.hits, walk.misses, walk.verdict], [0, 4, "scanner"]);
});

test("answers are no attempts; flows without flags are", (t) => {
  const count = (flags: number, initialFlags?: number) => {
    const walk = new RandomWalk(internal(), USUAL_WALK);
    walk.begin();
    walk.add(flowTo(10, flags, initialFlags));
    return walk.misses;
  };
  t.is(count(RST | ACK), 0);
  t.is(count(ACK), 0);
  t.is(count(SYN | ACK, SYN | ACK), 0);
  t.is(count(SYN | ACK, SYN), 1);
  t.is(count(SYN | ACK), 1);
  t.is(count(0), 1);
});

test("the paper's parameters may be others", (t) => {
  const walk = new RandomWalk(internal(), { benign: 0.9, scanner: 0.1 });
  walk.begin();
  // 0.9 / 0.1 = 9 a miss: 81 after two, 729 after three.
  for (const each of [10, 11]) walk.add(flowTo(each));
  t.is(walk.verdict, "unknown");
  walk.add(flowTo(12));
  t.is(walk.verdict, "scanner");
});
