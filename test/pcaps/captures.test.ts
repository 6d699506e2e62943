import { readFileSync } from "node:fs";
import test from "ava";
import { CAPTURES } from "../../pcaps/make.js";

for (const [name, make] of Object.entries(CAPTURES)) {
  test(`pcaps/${name} is what its script writes`, (t) => {
    t.true(Buffer.from(make()).equals(readFileSync(`pcaps/${name}`)));
  });
}
