import test from "ava";
import { readSensorsConf } from "../../src/site/sensors_conf.js";
import { sensorRules } from "../../src/store/sensor_rules.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

let files = 0;
function conf(text: string) {
  files += 1;
  return readSensorsConf(scratch.write(`sensors${files}.conf`, text));
}

const PROBE = "probe P1 ipfix\n listen-on-port 18001\n protocol tcp\nend probe\n";

test("probes, groups and sensors are read, lists by commas or blanks", (t) => {
  const { probes, sensors } = conf(`${PROBE}
    group mine
      ipblocks 10.0.0.0/8, 192.168.0.0/16
      ipblocks 172.16.0.0/12
    end group
    sensor S0 # the gate
      ipfix-probes P1
      internal-ipblocks @mine 2001:db8::/32
      external-ipblocks remainder
      null-interfaces 0
      isp-ip 192.0.2.1,192.0.2.2
      discard-when any-ipblocks 224.0.0.0/4
    end sensor`);
  t.is(probes[0]?.settings.get("protocol")?.[0], "tcp");
  const [sensor] = sensors;
  t.deepEqual(sensor?.networks.internal[0]?.values, ["10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12", "2001:db8::/32"]);
  t.is(sensor?.networks.external[0]?.values, "remainder");
  t.deepEqual(sensor?.ispAddresses, ["192.0.2.1", "192.0.2.2"]);
  t.is(sensor?.discard[0]?.side, "any");
});

test("errors name file and line and say what would be right", (t) => {
  const failure = (text: string) =>
    (t.throws(() => conf(text))?.message ?? "").replace(/^.*sensors\d+\.conf/, "s.conf");
  t.is(
    failure("sensor S0\n internal-ipblock @my-network\nend sensor"),
    "s.conf:2: unknown keyword 'internal-ipblock', did you mean 'internal-ipblocks'?",
  );
  t.is(failure("sensor S0\n internal-ipblocks @x\nend sensor"), "s.conf:2: group 'x' is not defined before its use");
  t.regex(
    failure("probe P sflow\n listen-on-port 1\n protocol tcp\nend probe"),
    /:4: probe P: sflow comes over udp, not tcp/,
  );
  t.regex(failure("probe P silk\n listen-on-port 1\nend probe"), /:3: probe P: listen-on-port is not for silk/);
  t.regex(failure("probe P ipfix\n protocol tcp\nend probe"), /:3: probe P needs exactly one of listen-on-port/);
  t.regex(
    failure(`${PROBE}${PROBE.replace("P1", "P2")}`),
    /probes P1 and P2 share port 18001: both need accept-from-host/,
  );
  t.regex(failure("sensor S0\nend sensor"), /:2: sensor S0 needs internal- or external-ipblocks/);
  t.regex(
    failure("sensor S0\n internal-ipblocks remainder\n external-ipblocks remainder\nend sensor"),
    /more than one 'remainder'/,
  );
  t.regex(
    failure("sensor S0\n internal-ipblocks 10.0.0.0/8\n external-interfaces 1\nend sensor"),
    /mixes interfaces with addresses/,
  );
  t.regex(failure("group g\n ipblocks 10.0.0.0/8\n interfaces 1\nend group"), /:3: group 'g' holds ipblocks/);
  t.regex(failure("sensor S0\n netflow-v5-probes P9\nend sensor"), /:2: probe 'P9' is not defined/);
  t.regex(
    failure("probe P ipfix\n log-flags none, bad\nend probe"),
    /:2: log-flags 'none' stands alone: it is beside bad/,
  );
  t.regex(failure("probe P ipfix\n quirks zero-packets none\nend probe"), /:2: quirks 'none' stands alone/);
  t.regex(failure("senser S0"), /:1: 'senser' where a probe, group or sensor block begins: 'sensor NAME'/);
});

test("blocks that are none, and sets without a reader, are refused at their line", (t) => {
  const rules = (lists: string) => sensorRules(conf(`sensor S0\n ${lists}\nend sensor`), "S0");
  t.throws(() => rules("internal-ipblocks 10.0.0.0/33"), {
    message: /conf:2: '10\.0\.0\.0\/33' is not an address or CIDR/,
  });
  t.throws(() => rules("internal-interfaces 1-x"), { message: /conf:2: interface '1-x'/ });
  t.throws(() => rules("internal-ipsets a.set"), { message: /conf:2: IP sets cannot be read here/ });
  t.throws(() => sensorRules(conf("sensor S0\n internal-interfaces 1\nend sensor"), "S1"), {
    message: /has no sensor 'S1'/,
  });
});
