/** What the log tells of probes. */
import test from "ava";
import { DEFAULT_HABITS } from "../../src/collect/options.js";
import { Collection } from "../../src/collector/collection.js";
import { CollectionWatch } from "../../src/collector/collection_watch.js";
import { DEFAULT_LOGGED, type LogSubject } from "../../src/collector/log_subjects.js";
import type { Route } from "../../src/collector/plan.js";
import { NOW, PEER } from "../support/collecting.js";
import { FLOW_FIELDS, flow, ipfix, set, template } from "../support/ipfix_messages.js";

/** Lines of the log, with their fields, of messages to one probe; what it is after each look. */
function logged(name: string, subjects: ReadonlySet<LogSubject>, ...looks: readonly (readonly Buffer[])[]): string[][] {
  const route: Route = { name, sensors: [], habits: DEFAULT_HABITS, logged: subjects };
  const decode = { limits: {}, scale: "exported", samplingInterval: undefined } as const;
  const collection = new Collection(
    { sensors: [], routes: [route], listeners: [], folders: [] },
    decode,
    undefined,
    undefined,
  );
  let lines: string[] = [];
  const note = (fields: object, message: string) => lines.push(`${message} ${JSON.stringify(fields)}`);
  const watch = new CollectionWatch({ debug: note, info: note, warn: note, error: note });
  return looks.map((messages) => {
    for (const each of messages)
      collection.take(route, {
        peer: PEER,
        received: NOW,
        octets: new DataView(each.buffer, each.byteOffset, each.length),
      });
    lines = [];
    watch.look([], collection, undefined);
    return lines;
  });
}

const data = (sequence: number, event = 2) => ipfix({ sequence }, set(300, flow(), Buffer.of(event)));
const LEARN = ipfix({}, set(2, template(300, ...FLOW_FIELDS, [233, 1])));

test("losses, messages that cannot be read and events of firewalls are told as the flags of the probe say", (t) => {
  const looks = [[LEARN, data(0), data(9), data(10, 1), data(11).subarray(0, 20)], [data(12)], [data(20)]] as const;
  const missing = (count: number, total: number) =>
    `probe P: records were lost on their way, sequence numbers say {"probe":"P","count":${count},"total":${total}}`;
  const bad = 'probe P: messages could not be read to their end {"probe":"P","count":1,"total":1}';
  const event =
    'probe P: records of firewalls were passed over: they say that a flow began, or alert {"probe":"P","count":1,"total":1}';
  t.deepEqual(logged("P", DEFAULT_LOGGED, ...looks), [[bad, missing(8, 8)], [], [missing(7, 15)]]);
  t.deepEqual(logged("P", new Set(["missing"]), ...looks), [[missing(8, 8)], [], [missing(7, 15)]]);
  t.deepEqual(logged("P", new Set(["firewall-event"]), ...looks), [[event], [], []]);
  t.deepEqual(logged("P", new Set(), ...looks), [[], [], []]);
});

test("without probes the log names none", (t) => {
  t.deepEqual(logged("", DEFAULT_LOGGED, [ipfix({}, set(7, Buffer.alloc(4)))]), [
    ['messages could not be read to their end {"count":1,"total":1}'],
  ]);
});
