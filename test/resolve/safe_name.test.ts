import test from "ava";
import fc from "fast-check";
import { safeName } from "../../src/resolve/safe_name.js";

test("a common name stays, without the root's dot", (t) => {
  t.is(safeName("www.example.org", "|"), "www.example.org");
  t.is(safeName("www.example.org.", "|"), "www.example.org");
});

test("characters that upset a terminal or a column are escaped", (t) => {
  t.is(safeName("\u001b[2Jx", "|"), "\\027[2Jx");
  t.is(safeName("a|b\nc", "|"), "a\\124b\\010c");
  t.is(safeName("a b\\", "|"), "a\\032b\\092");
});

test("a delimiter that escapes themselves need leaves no name", (t) => {
  t.is(safeName("a\u0001b", "0"), undefined);
  t.is(safeName("host-1", "-"), "host\\0451");
});

test("no name and one that is too long are none", (t) => {
  t.is(safeName("", "|"), undefined);
  t.is(safeName(".", "|"), undefined);
  t.is(safeName("x".repeat(256), "|"), undefined);
});

test("whatever a name server says, the text has no control character, blank or delimiter", (t) => {
  const character = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), character, (name, delimiter) => {
      const safe = safeName(name, delimiter);
      if (safe !== undefined && (!/^[\x21-\x7e]+$/.test(safe) || safe.includes(delimiter)))
        throw new Error(JSON.stringify({ name, delimiter, safe }));
    }),
  );
  t.pass();
});
