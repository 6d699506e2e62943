import { readFileSync } from "node:fs";
import test from "ava";
import { fieldsDocument } from "../../src/record/document.js";

test("docs/fields.md is what the field table says", (t) => {
  t.is(readFileSync("docs/fields.md", "utf8"), fieldsDocument());
});
