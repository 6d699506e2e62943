/** rwsilk2ipfix and rwipfix2silk as their users run them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { SilkTools } from "../support/silk_tools.js";

const SILK = join(FIXTURES, "silk");
const real = testWithFixtures(test);
const tools = new SilkTools("rwtuc", "rwcut", "rwcompare", "rwsilk2ipfix", "rwipfix2silk", "rwcat");
test.after.always(() => tools.remove());

/** Octets of the export time in a message's header. */
const EXPORT_TIME = [4, 5, 6, 7];

/** The octets of each IPFIX message. */
function messagesOf(octets: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at < octets.length; at += octets.readUInt16BE(at + 2))
    messages.push(octets.subarray(at, at + octets.readUInt16BE(at + 2)));
  return messages;
}

real("rwsilk2ipfix writes what SiLK's writes, but for the time of export", async (t) => {
  const { octets, stderr } = await tools.run("rwsilk2ipfix", ["--print-statistics", join(SILK, "v4.rw")]);
  t.is(stderr, "rwsilk2ipfix: Wrote 4000 IPFIX records to 'stdout'\n");
  const [ours, theirs] = [octets, readFileSync(join(SILK, "v4.ipfix"))].map((each) =>
    messagesOf(each).map((message) => {
      const copy = Buffer.from(message);
      for (const at of EXPORT_TIME) copy[at] = 0;
      return copy;
    }),
  );
  t.deepEqual(ours, theirs);
});

real("flows of every SiLK format are the same behind IPFIX and back", async (t) => {
  const names = readdirSync(join(SILK, "formats")).filter((name) => /^RW.*-c0-L\.dat$/.test(name));
  t.true(names.length > 0);
  for (const name of [...names.map((each) => join("formats", each)), "v6.rw"]) {
    const original = join(SILK, name);
    for (const how of [[], ["--single-template"]]) {
      const { octets } = await tools.run("rwsilk2ipfix", [...how, original]);
      const back = await tools.run("rwipfix2silk", [], { stdin: octets });
      const { status, stdout } = await tools.run("rwcompare", ["-", original], { stdin: back.octets });
      t.is(status, 0, `${name} ${how} ${stdout}`);
    }
  }
});

test("no field of a flow is lost, however odd the flow is", async (t) => {
  await tools.flows("odd.rw", [
    "sip|dip|sport|dport|proto|packets|bytes|initialFlags|sessionFlags|flags|stime|dur|sensor|in|out|nhip|class|type|attributes|application",
    "10.0.0.1|10.0.0.2|7|9|47|1|100|S|A|SA|2026/01/01T00:00:00.001|4294967.295|3|65535|65534|10.9.9.9|all|out|TCFS|65535",
    "10.0.0.1|10.0.0.2|5|771|1|4294967295|4294967295|||F|2026/01/01T00:00:00|0|0|0|0|0.0.0.0|all|in|C|0",
    "2001:db8::1|2001:db8::2|5|771|58|1|1|||A|2026/01/01T00:00:00|0|0|0|0|2001:db8::3|all|in||0",
    "2001:db8::1|2001:db8::2|0|0|89|1|1||||2026/01/01T00:00:00|0|0|0|0|::|all|other||0",
    "2001:db8::1|2001:db8::2|0|33|89|1|1||||2026/01/01T00:00:00|0|0|0|0|::|all|other||0",
  ]);
  for (const how of [[], ["--single-template"]]) {
    const { octets } = await tools.run("rwsilk2ipfix", [...how, "odd.rw"]);
    const { stdout, status } = await tools.run("rwcompare", ["-", "odd.rw"], { stdin: octets });
    t.is(status, 0, stdout);
  }
});

test("rwipfix2silk refuses what is no IPFIX, or broken, and leaves nothing behind", async (t) => {
  await tools.flows("one.rw", ["sip|dip", "10.0.0.1|10.0.0.2"]);
  const silk = await tools.run("rwipfix2silk", ["--silk-output=out.rw", "one.rw"]);
  t.deepEqual([silk.status, silk.stderr], [1, "rwipfix2silk: one.rw: is a SiLK file, not IPFIX\n"]);
  const { octets } = await tools.run("rwsilk2ipfix", ["one.rw"]);
  const cut = await tools.run("rwipfix2silk", ["--silk-output=out.rw"], {
    stdin: octets.subarray(0, octets.length - 3),
  });
  t.is(cut.status, 1);
  t.regex(cut.stderr, /^rwipfix2silk: stdin: /);
  t.deepEqual(
    readdirSync(tools.path).filter((name) => name.startsWith("out.rw")),
    [],
  );
});

test("rwipfix2silk fits large values into SiLK's records, takes VLANs for interfaces, and counts", async (t) => {
  await tools.flows("small.rw", ["sip|dip|packets|bytes|in", "10.0.0.1|10.0.0.2|1|40|5"]);
  const ipfix = (await tools.run("rwcat", ["small.rw"])).octets;
  const { octets } = await tools.run("rwsilk2ipfix", ["-"], { stdin: ipfix });
  const { octets: silk, stderr } = await tools.run("rwipfix2silk", ["--print-stat", "--interface=vlan"], {
    stdin: octets,
  });
  t.is(stderr, "rwipfix2silk: Read 1 IPFIX records and wrote 1 SiLK records to 'stdout'\n");
  const { stdout } = await tools.run("rwcut", ["--fields=in,bytes", "--no-titles", "--delimited"], { stdin: silk });
  t.is(stdout, "0|40\n");
  const wrong = await tools.run("rwipfix2silk", ["--log-flags=everything"], { stdin: octets });
  t.regex(wrong.stderr, /^rwipfix2silk: Invalid log-flags: Unrecognized value 'everything'\n/);
});
