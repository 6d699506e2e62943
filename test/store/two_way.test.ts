import test from "ava";
import fc from "fast-check";
import { Engine } from "../../src/query/engine.js";
import { type FlowColumns, ROW_ATTRIBUTE, type RowSource } from "../../src/record/columns.js";
import { readSensorsConf } from "../../src/site/sensors_conf.js";
import { Site, TWO_WAY_SITE } from "../../src/site/site.js";
import { DEFAULT_RULES } from "../../src/store/default_rules.js";
import { sensorRules } from "../../src/store/sensor_rules.js";
import { flowtypeExpression, type SensorRules } from "../../src/store/two_way.js";
import { arbitraryRow, columnsOf, type PlainRow } from "../support/rows.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const SITE = new Site(TWO_WAY_SITE);
const [BASE] = fc.sample(
  arbitraryRow.filter((row) => row.sip_hi === 0n),
  1,
) as [PlainRow];

class OneRun implements RowSource {
  #left: FlowColumns | undefined;

  constructor(rows: readonly PlainRow[]) {
    this.#left = columnsOf(rows);
  }

  read(into: FlowColumns): number {
    const from = this.#left;
    this.#left = undefined;
    into.count = from?.count ?? 0;
    for (const name of into.names) into.arrays[name]!.set(from?.arrays[name] ?? []);
    return into.count;
  }

  close(): void {}
}

/** An address as its two halves. */
function halves(text: string): [bigint, bigint] {
  if (!text.includes(":")) {
    const low = text.split(".").reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
    return [0n, (0xffffn << 32n) | low];
  }
  const [left = "", right = ""] = text.split("::");
  const groups = [left, right].map((each) => each.split(":").filter((group) => group !== ""));
  const all = [...groups[0]!, ...new Array<string>(8 - groups[0]!.length - groups[1]!.length).fill("0"), ...groups[1]!];
  const half = (part: string[]) => part.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
  return [half(all.slice(0, 4)), half(all.slice(4))];
}

interface Case {
  readonly from: string;
  readonly to: string;
  readonly change?: Partial<PlainRow>;
}

/** Types of the rows, null where they are dropped. */
async function typesOf(rules: SensorRules, cases: readonly Case[], site = SITE): Promise<(string | null)[]> {
  const rows = cases.map(({ from, to, change }, at) => {
    const [[sip_hi, sip_lo], [dip_hi, dip_lo]] = [halves(from), halves(to)];
    const usual = { proto: 17, sport: 4000, dport: 53, input: 0n, output: 0n, vlan: 0 };
    return { ...BASE, ...usual, sip_hi, sip_lo, dip_hi, dip_lo, ...change, flow_id: BigInt(at) };
  });
  const engine = await Engine.open();
  try {
    const relation = engine.addRows(new OneRun(rows));
    const found = await engine.numbers(
      `SELECT coalesce(${flowtypeExpression(rules, site, "all")}, -1)::INTEGER FROM ${relation} ORDER BY flow_id`,
    );
    return found.map(([id]) => (id === -1 ? null : (site.flowtype(id!)?.type ?? "?")));
  } finally {
    engine.close();
  }
}

function rulesOf(text: string): SensorRules {
  return sensorRules(readSensorsConf(scratch.write("rules.conf", `sensor S0\n${text}\nend sensor\n`)), "S0");
}

test("without configuration private, local and link-local addresses are internal", async (t) => {
  const inside = [
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.3.4",
    "127.0.0.1",
    "169.254.1.1",
  ];
  const inside6 = ["fc00::1", "fdff::9", "fe80::1", "::1"];
  const outside = [
    "9.255.255.255",
    "11.0.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "192.169.0.0",
    "100.64.0.1",
  ];
  for (const [list, far] of [
    [inside, "192.0.2.9"],
    [inside6, "2001:db8::1"],
  ] as const) {
    const cases = list.flatMap((each) => [
      { from: far, to: each },
      { from: each, to: far },
    ]);
    t.deepEqual(
      await typesOf(DEFAULT_RULES, cases),
      list.flatMap(() => ["in", "out"]),
    );
  }
  const cases = outside.map((each) => ({ from: each, to: "192.0.2.9" }));
  t.deepEqual(
    await typesOf(DEFAULT_RULES, cases),
    outside.map(() => "ext2ext"),
  );
  t.deepEqual(await typesOf(DEFAULT_RULES, [{ from: "10.0.0.1", to: "192.168.0.1" }]), ["int2int"]);
});

test("web is TCP with a web port on either side; ICMP is apart only where the site says so", async (t) => {
  const out = { from: "10.0.0.1", to: "192.0.2.9" };
  const web = [80, 443, 8080].flatMap((port) => [
    { ...out, change: { proto: 6, dport: port } },
    { from: out.to, to: out.from, change: { proto: 6, sport: port } },
  ]);
  t.deepEqual(await typesOf(DEFAULT_RULES, web), ["outweb", "inweb", "outweb", "inweb", "outweb", "inweb"]);
  t.deepEqual(await typesOf(DEFAULT_RULES, [{ ...out, change: { proto: 17, dport: 443 } }]), ["out"]);
  const ping = [{ ...out, change: { proto: 1 } }];
  t.deepEqual(await typesOf(DEFAULT_RULES, ping), ["out"]);
  const icmp = new Site({ ...TWO_WAY_SITE, packingLogic: "packlogic-twoway-icmp.so" });
  t.deepEqual(await typesOf(DEFAULT_RULES, ping, icmp), ["outicmp"]);
});

test("null networks, networks by interface, fixed networks and discarding work as sensors.conf says", async (t) => {
  const blocks = rulesOf(
    " internal-ipblocks 10.0.0.0/8\n external-ipblocks 192.0.2.0/24\n null-ipblocks 198.51.100.0/24\n discard-unless any-ipblocks 10.0.0.0/8 192.0.2.0/24",
  );
  const cases = [
    { from: "10.1.1.1", to: "198.51.100.1" },
    { from: "192.0.2.1", to: "198.51.100.1" },
    { from: "10.1.1.1", to: "203.0.113.1" },
    { from: "203.0.113.1", to: "10.1.1.1" },
    { from: "203.0.113.1", to: "203.0.113.2" },
  ];
  t.deepEqual(await typesOf(blocks, cases), ["outnull", "innull", "other", "other", null]);
  const interfaces = rulesOf(" internal-interfaces 1-2\n external-interfaces 3\n null-interfaces 0");
  const any = { from: "10.1.1.1", to: "10.1.1.2" };
  const by = (input: bigint, output: bigint) => ({ ...any, change: { input, output } });
  t.deepEqual(await typesOf(interfaces, [by(3n, 1n), by(2n, 3n), by(3n, 0n), by(1n, 2n), by(9n, 1n)]), [
    "in",
    "out",
    "innull",
    "int2int",
    "other",
  ]);
  const fixed = rulesOf(" source-network external\n destination-network internal");
  t.deepEqual(await typesOf(fixed, [any]), ["in"]);
  const one = rulesOf(" external-ipblocks 192.0.2.0/24");
  t.deepEqual(await typesOf(one, [{ from: "203.0.113.1", to: "192.0.2.1" }]), ["out"]);
});

test("flows that a firewall refused went to the null network, where a probe of the sensor tells of them", async (t) => {
  const [inside, outside] = ["10.1.1.1", "192.0.2.1"];
  const change = { attributes: ROW_ATTRIBUTE.denied };
  const cases = [
    { from: outside, to: inside, change },
    { from: inside, to: outside, change },
    { from: inside, to: inside, change },
    { from: outside, to: outside, change },
    { from: outside, to: inside, change: { attributes: 0 } },
    { from: inside, to: "203.0.113.1", change: { attributes: 0 } },
  ];
  const conf = (quirks: string) => {
    const probe = `probe P netflow-v9\n listen-on-port 1\n protocol udp\n quirks ${quirks}\nend probe\n`;
    const sensor =
      "sensor S0\n netflow-v9-probes P\n internal-ipblocks 10.0.0.0/8\n null-ipblocks 203.0.113.0/24\nend sensor\n";
    return sensorRules(readSensorsConf(scratch.write("denied.conf", probe + sensor)), "S0");
  };
  const refused = ["innull", "outnull", "outnull", "innull", "in", "outnull"];
  t.deepEqual(await typesOf(conf("zero-packets, firewall-event"), cases), refused);
  t.deepEqual(await typesOf(conf("none"), cases), ["in", "out", "int2int", "ext2ext", "in", "outnull"]);
});

test("a site without a type that the logic needs is one clear error", (t) => {
  const poor = new Site({
    ...TWO_WAY_SITE,
    flowtypes: TWO_WAY_SITE.flowtypes.filter((each) => each.type !== "ext2ext"),
  });
  t.throws(() => flowtypeExpression(DEFAULT_RULES, poor, "all"), { message: /class all lacks the type 'ext2ext'/ });
  const noWeb = new Site({
    ...TWO_WAY_SITE,
    flowtypes: TWO_WAY_SITE.flowtypes.filter((each) => each.type !== "inweb"),
  });
  t.notThrows(() => flowtypeExpression(DEFAULT_RULES, noWeb, "all"));
});
