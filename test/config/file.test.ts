import test, { type ExecutionContext } from "ava";
import { readConfigurationFile } from "../../src/config/file.js";
import { METER_SECTION } from "../../src/config/section.js";
import { ConfigurationError } from "../../src/errors.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

let files = 0;

function read(content: string | Uint8Array): Record<string, string[]> {
  const path = scratch.write(`${files++}.yaml`, content);
  const layer = readConfigurationFile(path, METER_SECTION);
  return Object.fromEntries([...layer].map(([name, { values }]) => [name, values.map(({ text }) => text)]));
}

/** The problems of a file, without its path. */
function problems(t: ExecutionContext, content: string | Uint8Array): string[] {
  const path = `${scratch.path}/${files}.yaml:`;
  const error = t.throws(() => read(content), { instanceOf: ConfigurationError });
  return (error as ConfigurationError).problems.map((line) => {
    t.false(line.includes("\n"), line);
    if (line.endsWith(" further problems")) return line;
    t.true(line.startsWith(path), line);
    return line.slice(path.length);
  });
}

test("keys are long switches, scalars or lists, and become what one would type", (t) => {
  const file = `
meter:
  interface: [eth1, eth2]   # a list
  output:
    - ipfix+udp://192.0.2.7
    - csv:/data/a b.csv
  max-flows: 500000
  active-timeout: 0.5
  promiscuous: false
  uniflow: true
  load-balance: false
  filter: >
    tcp and
    not port 22
`;
  t.deepEqual(read(file), {
    interface: ["eth1", "eth2"],
    output: ["ipfix+udp://192.0.2.7", "csv:/data/a b.csv"],
    "max-flows": ["500000"],
    "active-timeout": ["0.5"],
    promiscuous: ["off"],
    uniflow: [""],
    "load-balance": [],
    filter: ["tcp and not port 22\n"],
  });
});

test("a map sets what a switch has by key, with its general value as default", (t) => {
  t.deepEqual(read("meter: {idle-timeout: {default: 30, tcp: 60, 17: 5}}")["idle-timeout"]?.sort(), [
    "17=5",
    "30",
    "tcp=60",
  ]);
  t.deepEqual(read("meter: {idle-timeout: 30}"), { "idle-timeout": ["30"] });
});

test("on and off are choices, and stay so under a directive that asks for YAML 1.1", (t) => {
  t.deepEqual(read("meter: {promiscuous: on, kernel-programs: off, uniflow: on}"), {
    promiscuous: ["on"],
    "kernel-programs": ["off"],
    uniflow: [""],
  });
  t.deepEqual(read("%YAML 1.1\n---\nmeter: {promiscuous: on, interface: yes}\n"), {
    promiscuous: ["on"],
    interface: ["yes"],
  });
});

test("texts that look like numbers stay what was written; numbers are what YAML 1.2 says", (t) => {
  t.deepEqual(read("meter: {metrics: 9469, sensor: 007, interface: [1e3, 0x10], user: 1000}"), {
    metrics: ["9469"],
    sensor: ["007"],
    interface: ["1e3", "0x10"],
    user: ["1000"],
  });
  t.deepEqual(read("meter: {max-flows: 1e6, threads: 0x2, mtu: 0o2400}"), {
    "max-flows": ["1000000"],
    threads: ["2"],
    mtu: ["1280"],
  });
});

test("a section without keys is none, also as a comment", (t) => {
  t.deepEqual(read("meter: {}"), {});
  t.deepEqual(read("meter:\n  # max-flows: 7\n"), {});
});

test("an alias stands for its value", (t) => {
  t.deepEqual(read("meter: {snaplen: &n 200, max-flows: *n}"), { snaplen: ["200"], "max-flows": ["200"] });
});

test("every problem is told with line, column and key", (t) => {
  const file = `meter:
  max_flows: 10
  max-flows: many
  output: [ipfix+udp://a, true]
  promiscuous: yes
  idle-timeout:
    default: 15
    tcp: x
  interface:
  sample: {a: 1}
  fields: [a]
colector: {}
`;
  t.deepEqual(problems(t, file), [
    "2:3: meter.max_flows: there is no such key, did you mean max-flows?",
    "3:14: meter.max-flows: expected a number, found 'many'",
    "4:27: meter.output[1]: expected text, found true: put it in quotes",
    "5:16: meter.promiscuous: expected true or false, found 'yes'",
    "8:10: meter.idle-timeout.tcp: expected a number, found 'x'",
    "9:13: meter.interface: expected text or a list, found nothing",
    "10:11: meter.sample: expected text, found a map",
    "11:11: meter.fields: expected text, found a list",
    "12:1: colector: there is no such section",
  ]);
});

for (const [what, content, expected] of [
  ["an empty file", "", ["1:1: is empty: expected the section meter:"]],
  ["a file of comments", "# nothing\n", ["1:1: is empty: expected the section meter:"]],
  ["a list", "- meter\n", ["1:1: expected sections such as meter:, found a list"]],
  ["a text", "meter\n", ["1:1: expected sections such as meter:, found 'meter'"]],
  [
    "a section that is no map",
    "meter: [interface]\n",
    ["1:8: meter: expected keys, each on a line of its own, found a list"],
  ],
  ["a key twice", "meter:\n  mtu: 1500\n  mtu: 1400\n", ["3:3: Map keys must be unique"]],
  ["a tab", "meter:\n\tmtu: 1500\n", ["2:1: Tabs are not allowed as indentation"]],
  ["a second document", "meter: {}\n---\nmeter: {}\n", ["2:1: a second document begins: there must be one only"]],
  [
    "an open quote, which leaves the map open, too",
    'meter: {filter: "tcp}\n',
    ['2:1: Missing closing "quote', "2:1: Flow map in block collection must be sufficiently indented and end with a }"],
  ],
  ["a tag", "meter: {mtu: !number 1500}\n", ["1:14: Unresolved tag: !number"]],
  ["an alias of nothing", "meter: {mtu: *mtu}\n", ["1:14: *mtu is no value's anchor"]],
  ["an alias of itself", "meter: {output: &o [*o]}\n", ["1:21: *o is no value's anchor"]],
  ["a merge", "a: &a {mtu: 1500}\nmeter: {<<: *a}\n", ["2:13: *a is no value's anchor"]],
  ["a key that is a list", "meter: {[mtu]: 1500}\n", ["1:8: a key must be a plain name"]],
  ["the name of a prototype", "meter: {__proto__: {mtu: 1500}}\n", ["1:9: meter.__proto__: there is no such key"]],
  [
    "a leading zero",
    "meter: {mtu: 01500}\n",
    ["1:14: meter.mtu: 01500: write it without the leading 0, which some read as octal"],
  ],
  ["no number", "meter: {mtu: .nan}\n", ["1:14: meter.mtu: expected a number, found NaN"]],
  ["a NUL", 'meter: {filter: "tcp\\0 or udp"}\n', ["1:17: meter.filter: a NUL character cannot be part of it"]],
  ["a number in quotes", 'meter: {mtu: "1500"}\n', ["1:14: meter.mtu: expected a number, found '1500'"]],
] as const)
  test(`${what} is told in a line`, (t) => {
    t.deepEqual(problems(t, content), [...expected]);
  });

test("what is hostile ends soon, with a few lines", (t) => {
  const bomb = `a: &a [${"x,".repeat(9)}x]\n${"bcdefgh".replace(/./g, (name, at: number) => `${name}: &${name} [${`*${"abcdefg"[at]},`.repeat(10)}]\n`)}`;
  for (const content of [
    "[".repeat(60_000),
    "? ".repeat(30_000),
    "- ".repeat(30_000),
    "{a,".repeat(20_000),
    "a: [\n".repeat(12_000),
    Array.from({ length: 250 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join(""),
    bomb,
    `meter: {output: [&a x, ${"*a,".repeat(20_000)}]}`,
    Array.from({ length: 5000 }, (_, key) => `k${key}: 1`).join("\n"),
    "---\n".repeat(15_000),
    '"'.repeat(60_000),
  ])
    t.true(problems(t, content).length <= 51, content.slice(0, 20));
});

test("a file too long, not UTF-8 or missing is told in one line", (t) => {
  const path = (name: string) => `${scratch.path}/${name}`;
  scratch.write("long.yaml", `meter: {}\n${"#\n".repeat(40_000)}`);
  scratch.write("latin.yaml", Uint8Array.from([0x6d, 0x3a, 0x20, 0xe9]));
  for (const [name, expected] of [
    ["long.yaml", "longer than 65536 octets"],
    ["latin.yaml", "not UTF-8"],
    ["none.yaml", "cannot be read: no such file or directory"],
    ["", "cannot be read: illegal operation on a directory"],
  ] as const)
    t.throws(() => readConfigurationFile(path(name), METER_SECTION), {
      instanceOf: ConfigurationError,
      message: `${path(name)}: ${expected}`,
    });
});
