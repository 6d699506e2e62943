/** rwp2yaf2silk: captures into SiLK's flows, beside what YAF measured and what IPFIX in between makes of them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import test from "ava";
import ipaddr from "ipaddr.js";
import { FIXTURES, fixtureCaptures, testWithFixtures } from "../support/fixtures.js";
import { linesOf, PROGRAM, run, runCommand } from "../support/program.js";
import { SilkTools } from "../support/silk_tools.js";

const tools = new SilkTools("rwp2yaf2silk", "rwcut", "rwfileinfo", "rwipfix2silk");
test.after.always(() => tools.remove());

const real = testWithFixtures(test);
const OFFICE = resolve("pcaps", "office.pcap");

/** Where flowtap differs from YAF on purpose; test/e2e/yaf.test.ts says why. */
const OTHERWISE = new Set(
  "BGP_Cisco_hdlc_slarp badpackets dns_fragmented fuzz-2006-06-26-2594 icmp-tunnel ip_fragmented_garbage ipsec_isakmp_esp sctp tftp uftp_v4_v5".split(
    " ",
  ),
);

async function flowLines(file: string | Uint8Array, ...args: string[]): Promise<string[]> {
  const input = typeof file === "string" ? { args: [file] } : { args: [], stdin: file };
  const { status, stdout, stderr } = await tools.run(
    "rwcut",
    ["--delimited", "--no-titles", ...args, ...input.args],
    input,
  );
  if (status !== 0 || stderr !== "") throw new Error(stderr);
  return linesOf(stdout).sort();
}

/** Both directions of YAF's flows as rwcut prints addresses, ports, protocol, packets and octets. */
function yafLines(name: string): string[] {
  const [header = "", ...lines] = linesOf(readFileSync(join(FIXTURES, "yaf", `${name}.txt`), "utf8"));
  const names = header.split("|").map((each) => each.trim());
  return lines
    .flatMap((line) => {
      const values = line.split("|").map((each) => each.trim());
      const column = (title: string) => values[names.indexOf(title)]!;
      const [sip, dip] = [column("sip"), column("dip")].map((each) => ipaddr.process(each).toString());
      const [sp, dp, proto] = [column("sp"), column("dp"), column("proto")].map(Number);
      const forward = [sip, dip, sp, dp, proto, column("pkt"), column("oct")].join("|");
      if (Number(column("rpkt")) === 0) return [forward];
      return [forward, [dip, sip, dp, sp, proto, column("rpkt"), column("roct")].join("|")];
    })
    .sort();
}

const compared = existsSync(FIXTURES)
  ? fixtureCaptures("captures").filter((path) => {
      const name = basename(path).replace(/\.[a-z]+$/, "");
      return !OTHERWISE.has(name) && existsSync(join(FIXTURES, "yaf", `${name}.txt`));
    })
  : [];

real("the flows of each direction are YAF's, in addresses, ports, packets and octets", async (t) => {
  t.true(compared.length > 80);
  for (const capture of compared.filter((_path, k) => k % 4 === 0)) {
    const name = basename(capture).replace(/\.[a-z]+$/, "");
    const { octets, stderr } = await tools.run("rwp2yaf2silk", [`--in=${capture}`, "--out=-"]);
    const ours = await flowLines(octets, "--fields=1-7");
    t.deepEqual(ours.map(ipText).sort(), yafLines(name), `${name} ${stderr}`);
  }
});

/** A line of rwcut with addresses as ipaddr.js writes them. */
function ipText(line: string): string {
  const [sip = "", dip = "", ...rest] = line.split("|");
  return [...[sip, dip].map((each) => ipaddr.process(each).toString()), ...rest].join("|");
}

real("every field is what IPFIX in between makes of it", async (t) => {
  const picked = fixtureCaptures("captures").filter((_path, k) => k % 12 === 0);
  for (const capture of picked) {
    const direct = await tools.run("rwp2yaf2silk", [`--in=${capture}`, "--out=-"]);
    const args = ["meter", "--quiet", `--read=${capture}`, "--idle-timeout=300", "--output=ipfix:-"];
    const { octets } = await run(args);
    const converted = await tools.run("rwipfix2silk", [], { stdin: octets });
    t.deepEqual(
      await flowLines(direct.octets, "--all-fields"),
      await flowLines(converted.octets, "--all-fields"),
      basename(capture),
    );
  }
});

test("what --dry-run prints does the same", async (t) => {
  const args = [`--in=${OFFICE}`, "--yaf-args=--idle-timeout=5 --filter 'tcp or udp'"];
  await tools.run("rwp2yaf2silk", [...args, "--out=direct.rw"]);
  const { status, stdout } = await tools.run("rwp2yaf2silk", [...args, "--out=dry.rw", "--dry-run"]);
  t.is(status, 0);
  t.false(readdirSync(tools.path).includes("dry.rw"));
  t.true(stdout.includes("--filter='tcp or udp'"), stdout);
  const line = stdout.replaceAll("flowtap ", `${process.execPath} ${PROGRAM} `);
  const ended = await runCommand("sh", ["-c", line], { cwd: tools.path });
  t.is(ended.stderr, "");
  const flows = await flowLines("dry.rw", "--all-fields");
  t.deepEqual(flows, await flowLines("direct.rw", "--all-fields"));
  t.true(flows.length > 0);
});

test("--dry-run looks at no file, and quotes names for a shell", async (t) => {
  const { status, stdout } = await tools.run("rwp2yaf2silk", ["--in=not there.pcap", "--out=it's.rw", "--dry-run"]);
  t.is(status, 0);
  t.is(
    stdout,
    "flowtap meter --quiet --read='not there.pcap' --idle-timeout=300 --output=ipfix:- | " +
      "flowtap ipfix2silk --silk-output='it'\\''s.rw'\n",
  );
});

test("a capture comes in by standard input and flows go out by standard output", async (t) => {
  const { octets } = await tools.run("rwp2yaf2silk", ["--in=-", "--out=stdout"], { stdin: readFileSync(OFFICE) });
  await tools.run("rwp2yaf2silk", [`--in=${OFFICE}`, "--out=office.rw"]);
  t.deepEqual(await flowLines(octets), await flowLines("office.rw"));
});

test("timeouts and the writer's switches are followed", async (t) => {
  const plain = await tools.run("rwp2yaf2silk", [`--in=${OFFICE}`, "--out=plain.rw"]);
  t.is(plain.stderr, "");
  const args = ["--yaf-args=--silk --idle-timeout=0.5", "--rwipfix2silk-args=--note-add='a note' --print-stat"];
  const { stderr } = await tools.run("rwp2yaf2silk", [`--in=${OFFICE}`, "--out=short.rw", ...args]);
  const flows = await flowLines("short.rw");
  t.is(stderr, `rwp2yaf2silk: Wrote ${flows.length} SiLK records to 'short.rw'\n`);
  t.true(flows.length > (await flowLines("plain.rw")).length);
  const { stdout } = await tools.run("rwfileinfo", ["--fields=command-lines,annotations", "short.rw"]);
  t.true(stdout.includes("a note"), stdout);
  t.true(stdout.includes(`rwp2yaf2silk --in=${OFFICE}`), stdout);
});

test("an output that exists is kept, and none is left of a capture that is none", async (t) => {
  const kept = tools.write("kept.rw", "kept");
  t.is((await tools.run("rwp2yaf2silk", [`--in=${OFFICE}`, `--out=${kept}`])).status, 1);
  t.is(readFileSync(kept, "utf8"), "kept");
  for (const input of [tools.write("text.pcap", "no capture\n"), "nothing.pcap"]) {
    const { status, stderr } = await tools.run("rwp2yaf2silk", [`--in=${input}`, "--out=none.rw"]);
    t.is(status, 1);
    t.is(linesOf(stderr).length, 1, stderr);
    t.deepEqual(
      readdirSync(tools.path).filter((name) => name.startsWith("none.rw")),
      [],
    );
  }
});

test("a capture that is cut off gives the flows before the cut, and a word", async (t) => {
  const whole = readFileSync(OFFICE);
  const cut = tools.write("cut.pcap", whole.subarray(0, whole.length - 10));
  const { octets, stderr } = await tools.run("rwp2yaf2silk", [`--in=${cut}`, "--out=-"]);
  t.true((await flowLines(octets)).length > 0);
  t.is(linesOf(stderr).length, 1, stderr);
});

test("what would need other programs is refused by name", async (t) => {
  const both = [`--in=${OFFICE}`, "--out=-"];
  for (const [wrong, reason] of [
    ["--yaf-program=/usr/bin/yaf", /--yaf-program cannot be used/],
    ["--rwipfix2silk-program=x", /--rwipfix2silk-program cannot be used/],
    ["--yaf-args=--plugin-name=x.so", /--yaf-args: .*--plugin-name.*takes the place of yaf/],
    ["--rwipfix2silk-args=--silk-output=x", /--rwipfix2silk-args: /],
    ["more", /Unexpected argument 'more'/],
  ] as const) {
    const { status, stderr } = await tools.run("rwp2yaf2silk", [...both, wrong]);
    t.is(status, 1, wrong);
    t.regex(stderr, reason);
  }
  t.regex((await tools.run("rwp2yaf2silk", ["--in=x"])).stderr, /The --out switch is required/);
});

test("--man is --help", async (t) => {
  const { stdout } = await tools.run("rwp2yaf2silk", ["--man"]);
  t.is(stdout, (await tools.run("rwp2yaf2silk", ["--help"])).stdout);
  t.true(stdout.includes("--yaf-args"));
});

test("without idle time each packet becomes a flow, as YAF's manual says", async (t) => {
  const args = [`--in=${OFFICE}`, "--out=-", "--yaf-args=--idle-timeout=0"];
  const { octets } = await tools.run("rwp2yaf2silk", args);
  const packets = await flowLines(octets, "--fields=packets");
  t.true(packets.length > 500);
  t.deepEqual([...new Set(packets)], ["1"]);
});
