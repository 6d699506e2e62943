import test from "ava";
import { rfc3339, seconds, silkTime } from "../../src/text/timestamp.js";

test("times are RFC 3339 with microseconds and the zone asked for", (t) => {
  t.is(rfc3339(1_084_443_427_311_224, "+0000"), "2004-05-13T10:17:07.311224+0000");
  t.is(rfc3339(1_084_443_427_000_001, "+0000"), "2004-05-13T10:17:07.000001+0000");
  t.is(rfc3339(0), "1970-01-01T00:00:00.000000Z");
});

test("times beyond the year 9999 are shown as its end", (t) => {
  t.is(rfc3339(2 ** 64), "9999-12-31T23:59:59.999999Z");
  t.is(silkTime(2 ** 64), "9999/12/31T23:59:59.999");
});

test("SiLK's times and durations have milliseconds, cut off and not rounded", (t) => {
  t.is(silkTime(1_084_443_427_311_999), "2004/05/13T10:17:07.311");
  t.is(seconds(1_999_999), "1.999");
  t.is(seconds(0), "0.000");
});
