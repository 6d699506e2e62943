import test from "ava";
import { FIELD_MEANINGS } from "../../src/query/field_meanings.js";
import { FLOW_FIELDS } from "../../src/query/fields.js";

test("every field has a meaning of one line, and no meaning is left over", (t) => {
  t.deepEqual(Object.keys(FIELD_MEANINGS).toSorted(), FLOW_FIELDS.map(({ name }) => name).toSorted());
  for (const meaning of Object.values(FIELD_MEANINGS)) t.regex(meaning, /^[^\n]{5,100}$/);
});
