import test from "ava";
import { collectorPlan } from "../../src/collector/plan.js";
import { collectorSettings } from "../../src/collector/settings.js";
import { InputError, UsageError } from "../../src/errors.js";
import { argumentsOf } from "../support/arguments.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const CONF = `
probe P5 netflow-v5
  listen-on-port 9901
  protocol udp
  accept-from-host 192.0.2.1, 192.0.2.2
end probe
probe P9 netflow-v9
  listen-on-port 9901
  protocol udp
  accept-from-host 192.0.2.3
  quirks missing-ips zero-packets
end probe
probe T ipfix
  listen-on-port 4739
  protocol tcp
  listen-as-host 127.0.0.1
end probe
probe unused sflow
  listen-on-port 6343
  protocol udp
end probe
sensor A
  netflow-v5-probes P5
  netflow-v9-probes P9
  internal-ipblocks 10.0.0.0/8
  external-ipblocks remainder
end sensor
sensor B
  netflow-v9-probes P9
  ipfix-probes T
  internal-interfaces 3
  external-interfaces remainder
end sensor
`;

let files = 0;

function plan(conf: string, more: Record<string, string> = {}) {
  const path = scratch.write(`${files++}.conf`, conf);
  return collectorPlan(collectorSettings(argumentsOf({ store: "/s", "sensor-config": path, ...more })));
}

test("probes become listeners, those of one port share it, and sensors get the flows of their probes", (t) => {
  const { sensors, routes, listeners } = plan(CONF);
  t.deepEqual(
    sensors.map(({ name }) => name),
    ["A", "B"],
  );
  t.deepEqual(
    routes.map(({ name, sensors: places }) => [name, places]),
    [
      ["P5", [0]],
      ["P9", [0, 1]],
      ["T", [1]],
    ],
  );
  t.deepEqual(
    listeners.map(({ address: { transport, port }, admissions }) => [
      transport,
      port,
      ...admissions.map(({ route, protocols, accept }) =>
        [route.name, protocols.join(" "), accept.join(" ")].join(": "),
      ),
    ]),
    [
      ["udp", 9901, "P5: netflow5 netflow7: 192.0.2.1 192.0.2.2", "P9: netflow9: 192.0.2.3"],
      ["tcp", 4739, "T: ipfix: "],
    ],
  );
  t.is(listeners[1]?.address.host, "127.0.0.1");
});

test("quirks of a probe become habits of its exporters", (t) => {
  const [p5, p9] = plan(CONF).routes;
  t.deepEqual([p5?.habits.addressless, p5?.habits.idle], ["skip", "skip"]);
  t.deepEqual([p9?.habits.addressless, p9?.habits.idle], ["keep", "one packet"]);
});

test("what the log tells of a probe follows its log-flags", (t) => {
  const logged = (flags: string) => {
    const conf = CONF.replace("quirks missing-ips zero-packets", flags);
    return [...plan(conf).routes.find(({ name }) => name === "P9")!.logged].sort();
  };
  t.deepEqual(logged(""), ["bad", "missing", "trouble"]);
  t.deepEqual(logged("log-flags default"), ["bad", "missing", "trouble"]);
  t.deepEqual(logged("log-flags none"), []);
  t.deepEqual(logged("log-flags all"), ["bad", "firewall-event", "missing", "trouble"]);
  t.deepEqual(logged("log-flags missing sampling"), ["missing", "trouble"]);
  t.deepEqual(logged("log-flags default, firewall-event, record-timestamps, show-templates"), [
    "bad",
    "firewall-event",
    "missing",
    "trouble",
  ]);
});

test("VLANs in place of interfaces are matched where the rows have them", (t) => {
  const conf = CONF.replace("quirks missing-ips zero-packets", "quirks firewall-event\n  interface-values vlan");
  const { sensors, routes } = plan(conf);
  const p9 = routes.find(({ name }) => name === "P9")!;
  t.deepEqual([p9.habits.interfaces, p9.habits.denied], ["vlan", "marked"]);
  t.like(sensors[1]?.rules.networks.internal[0], { kind: "interfaces", values: "snmp" });
  t.deepEqual(
    sensors.map(({ rules }) => rules.denied),
    ["to null", "to null"],
  );
  const [p5] = routes;
  t.deepEqual([p5?.habits.interfaces, p5?.habits.denied], ["snmp", "unmarked"]);
});

test("a sensor with several blocks has each block's rules for its probes", (t) => {
  const two = `${CONF}sensor A\n  ipfix-probes T\n  source-network internal\n  destination-network external\nend sensor\n`;
  const { sensors, routes } = plan(two);
  t.deepEqual(
    sensors.map(({ name, rules }) => [name, rules.source]),
    [
      ["A", undefined],
      ["B", undefined],
      ["A", "internal"],
    ],
  );
  t.deepEqual(routes.find(({ name }) => name === "T")?.sensors, [1, 2]);
});

test("--sensor takes the probes of one sensor only", (t) => {
  const { sensors, listeners } = plan(CONF, { sensor: "A" });
  t.deepEqual([sensors.length, listeners.length], [1, 1]);
  const error = t.throws(() => plan(CONF, { sensor: "C" }), { instanceOf: UsageError });
  t.regex(error.message, /has no sensor 'C' with probes$/);
});

test("--listen beside a sensors.conf listens there, with the rules of the sensor", (t) => {
  const { sensors, listeners } = plan(CONF, { listen: "any+udp://127.0.0.1:1", sensor: "A", "accept-from": "::1" });
  t.deepEqual(
    listeners.map(({ address, admissions }) => [address.port, admissions[0]?.accept]),
    [[1, ["::1"]]],
  );
  t.is(sensors[0]?.rules.networks.internal[0]?.kind, "addresses");
});

test("a probe that reads from elsewhere is refused by name", (t) => {
  const conf = CONF.replace("listen-on-port 6343\n  protocol udp", "listen-on-unix-socket /tmp/x").replace(
    "ipfix-probes T",
    "sflow-probes unused",
  );
  const error = t.throws(() => plan(conf), { instanceOf: InputError });
  t.regex(
    error.message,
    /probe unused: listen-on-unix-socket is not collected from: listen-on-port, poll-directory and -r FILE are$/,
  );
});

for (const [values, reason] of [
  [{}, /^where should flows go\? Give --store DIR, or -o$/],
  [{ output: "null:", "keep-days": "3" }, /^--keep-days needs --store$/],
  [{ store: "/s", listen: "ipfix+tls://[::]" }, /^--listen ipfix\+tls needs --tls-cert and --tls-key$/],
  [{ store: "/s", "tls-cert": "/c" }, /^--tls-cert and --tls-key go together$/],
  [{ store: "/s", ring: "0" }, /^--ring: '0' is not a whole number from 1 to 1024$/],
  [{ store: "/s", "accept-from": "10.0.0.0/40" }, /^--accept-from '10.0.0.0\/40' is no address/],
] as const)
  test(`settings ${JSON.stringify(values)} are refused with the reason`, (t) => {
    const error = t.throws(() => collectorSettings(argumentsOf(values)), { instanceOf: UsageError });
    t.regex(error.message, reason);
  });
