/** Every real capture, sent over a wire: live metering gives the flows that metering the capture gives. */
import test from "ava";
import { fixtureCaptures, testWithFixtures } from "../support/fixtures.js";
import { compareWithOffline } from "../support/live_comparison.js";
import { wiresFor } from "../support/live_wire.js";

const fixtureTest = testWithFixtures(test);

/** Captures that one sensor meters, each from an interface of its own. */
const AT_ONCE = 8;

for (const half of [0, 1])
  fixtureTest(`every capture gives live the flows that it gives offline, half ${half + 1} of 2`, async (t) => {
    const captures = fixtureCaptures("captures", "community-id", "export");
    t.true(captures.length > 100);
    const made = wiresFor(t, AT_ONCE);
    if (made === undefined) return;
    for (let at = half * AT_ONCE; at < captures.length; at += 2 * AT_ONCE)
      await compareWithOffline(t, made, captures.slice(at, at + AT_ONCE));
  });
