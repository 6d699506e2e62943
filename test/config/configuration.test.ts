import test from "ava";
import { Configuration } from "../../src/config/configuration.js";
import { concernsSection } from "../../src/config/environment.js";
import { configurationText } from "../../src/config/print.js";
import { jsonSchema } from "../../src/config/schema.js";
import { METER_SECTION, SECTIONS, variableName } from "../../src/config/section.js";
import { checkSensor } from "../../src/config/sensor_check.js";
import { ConfigurationError, UsageError } from "../../src/errors.js";
import { Scratch } from "../support/scratch.js";
import { typed } from "../support/typed.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

let files = 0;

function configure(text: string, environment: NodeJS.ProcessEnv = {}, ...words: string[]) {
  const file = text === "" ? undefined : scratch.write(`${files++}.yaml`, text);
  return Configuration.read(METER_SECTION, typed(...words), { file, environment });
}

test("the command line wins over the environment, that over the file, that over the default", async (t) => {
  const file = "meter: {snaplen: 100, mtu: 1300, queue: 3, threads: 2}";
  const environment = { FLOWTAP_METER_MTU: "1400", FLOWTAP_METER_QUEUE: "4", FLOWTAP_METER_SNAPLEN: "" };
  const { args } = await configure(file, environment, "--queue=5", "-i", "eth1");
  t.deepEqual(
    ["snaplen", "mtu", "queue", "threads", "buffer", "interface"].map((name) => args.value(name)),
    ["100", "1400", "5", "2", undefined, "eth1"],
  );
});

test("what is typed replaces a list, it does not lengthen it", async (t) => {
  const file = "meter: {output: [a.csv, b.csv], interface: eth1}";
  t.deepEqual((await configure(file)).args.values("output"), ["a.csv", "b.csv"]);
  t.deepEqual((await configure(file, {}, "-o", "c.csv")).args.values("output"), ["c.csv"]);
  t.deepEqual((await configure(file, { FLOWTAP_METER_OUTPUT: " d.csv  e.csv " })).args.values("output"), [
    "d.csv",
    "e.csv",
  ]);
});

test("a flag of the file can be taken back by the environment", async (t) => {
  const file = "meter: {uniflow: true, quiet: true, load-balance: false}";
  const { args } = await configure(file, { FLOWTAP_METER_UNIFLOW: "false", FLOWTAP_METER_FAIL_OVER: "on" });
  t.deepEqual(
    ["uniflow", "quiet", "load-balance", "fail-over"].map((name) => args.flag(name)),
    [false, true, false, true],
  );
});

test("who reads captures does not listen to the interfaces of the file", async (t) => {
  const { args } = await configure("meter: {interface: eth1, buffer: 3, mtu: 1400}", {}, "-r", "a.pcap");
  t.false(args.flag("interface"));
  t.false(args.flag("buffer"));
  t.is(args.value("mtu"), "1400");
  t.deepEqual(args.values("read"), ["a.pcap"]);
});

test("variables that are no settings are told with the nearest one, all of them", async (t) => {
  const environment = {
    FLOWTAP_METER_MAXFLOWS: "1",
    FLOWTAP_METER_UNIFLOW: "1",
    FLOWTAP_COUNTRY_CODES: "x",
    FLOWTAP_METER_READ: "a.pcap",
  };
  const error = await t.throwsAsync(configure("", environment), { instanceOf: ConfigurationError });
  t.deepEqual((error as ConfigurationError).problems, [
    "FLOWTAP_METER_MAXFLOWS: there is no such setting, did you mean FLOWTAP_METER_MAX_FLOWS?",
    "FLOWTAP_METER_READ: there is no such setting",
    "FLOWTAP_METER_UNIFLOW: expected true or false, found '1'",
  ]);
  t.false(concernsSection(METER_SECTION, { FLOWTAP_COUNTRY_CODES: "x", FLOWTAP_METER_MTU: "" }));
});

test("mistakes in file and environment are told together", async (t) => {
  const error = await t.throwsAsync(configure("meter: {mtu: x}", { FLOWTAP_METER_X: "1" }));
  t.is((error as ConfigurationError).problems.length, 2);
  t.is((error as ConfigurationError).exitStatus, 3);
});

test("what switches have against their arguments is told where these stand", async (t) => {
  const path = `${scratch.path}/${files}.yaml`;
  const configuration = await configure(
    `meter:
  max-flows: 0
  output:
    - ipfix+upd://a
    - ipfix+udp://b
    - flows
  idle-timeout: {default: 15, tpc: 3, udp: 99999999999}
  metrics: 99999
  filter: tcp prot 3
  store: /data
  keep-days: 0
  sensor-config: /none/sensors.conf
`,
    { FLOWTAP_METER_LOG_LEVEL: "loud" },
  );
  const problems = await configuration.problems(checkSensor);
  t.deepEqual(
    problems.map((line) => line.replace(path, "F").replace(/ to 255 or.*/, "…")),
    [
      "F:2:14: meter.max-flows: '0' is not a whole number from 1 to 268435456",
      "F:4:7: meter.output: ipfix+upd://a: ipfix goes over udp, tcp, tls, not over upd",
      "F:6:7: meter.output: flows: the format is not clear from the name: write FORMAT:flows with one of ipfix, json, csv, text",
      "F:7:36: meter.idle-timeout: 'tpc' is no protocol: 0…",
      "F:7:44: meter.idle-timeout: '99999999999' is not a time in seconds (0.001 to 315360000)",
      "F:8:12: meter.metrics: 99999: port 99999 is not in 0 to 65535",
      "F:9:11: meter.filter: 'tcp prot 3': can't parse filter expression: syntax error",
      "F:11:14: meter.keep-days: '0' is not a number of days above 0",
      "F:12:18: meter.sensor-config: /none/sensors.conf: cannot read /none/sensors.conf: no such file or directory",
      "FLOWTAP_METER_LOG_LEVEL: 'loud' is none of trace, debug, info, warn, error, fatal",
    ],
  );
});

test("a problem that follows from another one is not told", async (t) => {
  const configuration = await configure("meter: {output: [ipfix+udp://a, ipfix+upd://b], load-balance: true}");
  const problems = await configuration.problems(checkSensor);
  t.is(problems.length, 1);
  t.regex(problems[0]!, /:1:33: meter\.output: ipfix\+upd:/);
  const alone = await (await configure("meter: {output: [ipfix+udp://a], load-balance: true}")).problems(checkSensor);
  t.is(alone.length, 1);
  t.regex(alone[0]!, /:1:34: meter\.load-balance: needs two or more collectors given with -o$/);
});

test("a switch that was typed is answered for by who typed it", async (t) => {
  const configuration = await configure("meter: {mtu: 1400}", {}, "--queue=0");
  await t.throwsAsync(configuration.problems(checkSensor), {
    instanceOf: UsageError,
    message: "--queue: '0' is not a whole number from 1 to 4096",
  });
  const error = new UsageError("--queue: no");
  t.is(configuration.explained(error), error);
  t.regex(String(configuration.explained(new UsageError("--mtu: no"))), /\.yaml:1:9: meter\.mtu: no$/);
});

test("the effective configuration says the same when it is read again, with the origin of each value", async (t) => {
  const environment = { FLOWTAP_METER_OUTPUT: "a.csv ipfix:-", FLOWTAP_METER_MAX_FLOWS: "7" };
  const text =
    'meter: {interface: "no", filter: "tcp # 1: x", idle-timeout: {default: 9, tcp: 1}, uniflow: false, metrics: 9469}';
  const before = await configure(text, environment, "--quiet");
  const printed = configurationText(before);
  t.regex(printed, /^ {2}max-flows: 7 +# FLOWTAP_METER_MAX_FLOWS$/m);
  t.regex(printed, /^ {2}quiet: true +# command line$/m);
  t.regex(printed, /^ {4}tcp: 1 +# .*\.yaml:1:\d+$/m);
  t.regex(printed, /^ {2}# buffer: default 64$/m);
  const after = await configure(printed);
  for (const { name } of METER_SECTION.switches) {
    t.deepEqual([...after.args.values(name)].sort(), [...before.args.values(name)].sort(), name);
    t.is(after.args.flag(name), before.args.flag(name), name);
  }
});

test("an effective configuration without settings can be read, too", async (t) => {
  t.deepEqual([...(await configure(configurationText(await configure("meter: {}")))).settings], []);
});

test("every switch has a key, a variable of its own and a description in the schema", (t) => {
  const schema = jsonSchema(SECTIONS) as {
    properties: {
      meter: { anyOf: { properties: Record<string, { description: string }>; additionalProperties: boolean }[] };
    };
  };
  const [section] = schema.properties.meter.anyOf;
  t.is(section?.additionalProperties, false);
  for (const { name, help } of METER_SECTION.switches)
    t.true(section?.properties[name]?.description.startsWith(help), name);
  const variables = new Set(METER_SECTION.switches.map((each) => variableName(METER_SECTION, each)));
  t.is(variables.size, METER_SECTION.switches.length);
});
