/** What outlives the process. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { loadSessions, saveSessions } from "../../src/collect/session_file.js";
import { InputError, OutputError } from "../../src/errors.js";
import { Collection, NOW, PEER } from "../support/collecting.js";
import {
  FLOW_FIELDS,
  flow,
  ipfix,
  netFlow9,
  optionsTemplate,
  set,
  template,
  u32,
  u64,
} from "../support/ipfix_messages.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const OPTIONS = optionsTemplate(301, 1, [149, 4], [34, 4], [160, 8]);
const STARTED = NOW / 1000 - 1_000_000;

function learned(): Collection {
  const fields = [...FLOW_FIELDS, [22, 4], [21, 4]] as const;
  return new Collection()
    .take(ipfix({ domain: 5 }, set(2, template(300, ...fields)), set(3, OPTIONS), set(301, u32(5, 10), u64(STARTED))))
    .take(netFlow9({ domain: 6 }, set(0, template(400, ...FLOW_FIELDS))))
    .take(ipfix({}, set(2, template(300, ...FLOW_FIELDS))), { peer: { ...PEER, transport: "tcp" } });
}

test("templates, samplers and start of exporters over UDP are known to the next process", (t) => {
  const path = join(scratch.path, "templates.json");
  const before = learned();
  saveSessions(path, before.process.saved(NOW));
  t.false(existsSync(`${path}.tmp`));
  const after = new Collection({ scale: "scaled" });
  after.process.restore(loadSessions(path));
  after.take(ipfix({ domain: 5 }, set(300, flow({ packets: 3 }), u32(1000, 2000))));
  after.take(netFlow9({ domain: 6 }, set(400, flow({ packets: 4 }))));
  after.take(ipfix({}, set(300, flow())), { peer: { ...PEER, transport: "tcp" } });
  t.deepEqual(
    after.rows.map(({ packets }) => packets),
    [30n, 4n],
  );
  t.is(after.rows[0]?.stime, BigInt((STARTED + 1000) * 1000));
  t.is(after.process.waitingDataSets, 1);
  t.deepEqual(JSON.parse(JSON.stringify(after.process.saved(NOW).map(({ identity }) => identity.domain))), [5, 6]);
});

test("templates that were too old are so in the next process, too", (t) => {
  const path = join(scratch.path, "old.json");
  saveSessions(path, learned().process.saved(NOW));
  const after = new Collection({ limits: { templateSeconds: 100 } });
  after.process.restore(loadSessions(path));
  after.take(netFlow9({ domain: 6 }, set(400, flow())), { received: NOW + 101_000_000 });
  t.is(after.rows.length, 0);
  t.deepEqual(after.process.saved(NOW + 101_000_000), []);
});

test("without a file nothing is known; one that is none of ours, or cannot be written, is one error", (t) => {
  t.deepEqual(loadSessions(join(scratch.path, "none.json")), []);
  for (const content of ["", "{", "[]", '{"version":2,"sessions":[]}', '{"version":1,"sessions":7}']) {
    const error = t.throws(() => loadSessions(scratch.write("broken.json", Buffer.from(content))), {
      instanceOf: InputError,
    });
    t.regex(error.message, /^\S+broken\.json keeps no templates[^\n]*$/);
  }
  t.throws(() => saveSessions(join(scratch.path, "no", "folder.json"), []), {
    instanceOf: OutputError,
    message: /^cannot write templates to \S+: no such file or directory$/,
  });
  t.throws(() => loadSessions(scratch.path), { instanceOf: InputError });
});

test("values changed anywhere in the file are left out or harmless", (t) => {
  const path = join(scratch.path, "changed.json");
  saveSessions(path, learned().process.saved(NOW));
  const octets = readFileSync(path);
  const change = fc.tuple(fc.nat(octets.length - 1), fc.constantFrom(...Buffer.from('0179-.e"[]{},nul')));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const made = Buffer.from(octets);
      for (const [at, value] of changes) made[at] = value;
      const collection = new Collection();
      try {
        collection.process.restore(loadSessions(scratch.write("mutated.json", made)));
      } catch (error) {
        t.true(error instanceof InputError, String(error));
      }
      t.notThrows(() => {
        collection.take(ipfix({ domain: 5 }, set(300, flow(), u32(1, 2)), set(301, u32(5, 10), u64(STARTED))));
        collection.take(netFlow9({ domain: 6 }, set(400, flow())));
        t.true(collection.rows.length <= 100);
      });
    }),
    { numRuns: 300 },
  );
});
