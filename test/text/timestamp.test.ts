import test from "ava";
import { timestampFormatter } from "../../src/text/timestamp.js";

test("times are RFC 3339 with microseconds and the zone asked for", (t) => {
  const format = timestampFormatter("+0000");
  t.is(format(1_084_443_427_311_224), "2004-05-13T10:17:07.311224+0000");
  t.is(format(1_084_443_427_000_001), "2004-05-13T10:17:07.000001+0000");
  t.is(timestampFormatter("Z")(0), "1970-01-01T00:00:00.000000Z");
});

test("times beyond the year 9999 are shown as its end", (t) => {
  t.is(timestampFormatter("Z")(2 ** 64), "9999-12-31T23:59:59.999999Z");
});
