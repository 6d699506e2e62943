/** The live benchmarks' sender over a veth pair in a network namespace of its own. */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import test, { type TestFn } from "ava";

const SENDER = "build/native/send";

/** Why there is nothing to send over here, or nothing. */
function obstacle(): string | undefined {
  if (!existsSync(SENDER)) return `${SENDER} is not built`;
  const tried = spawnSync("unshare", ["-n", "ip", "link", "add", "va", "type", "veth", "peer", "name", "vb"]);
  return tried.status === 0
    ? undefined
    : `no veth pair can be made: ${tried.stderr?.toString().trim() ?? "no unshare"}`;
}

function testWhereVethCanBe(): TestFn | TestFn["skip"] {
  const why = obstacle();
  if (why === undefined) return test;
  process.stderr.write(`\n*** SKIPPED: the sender of live benchmarks: ${why} ***\n\n`);
  return test.skip;
}

const testWithVeth = testWhereVethCanBe();

interface Sent {
  readonly status: number | null;
  /** What the sender printed. */
  readonly lines: readonly string[];
  readonly errors: string;
  /** By the counters of the other end. */
  readonly received: { readonly packets: number; readonly bytes: number };
}

/** Sends from one end of a veth pair; GRO is on at the other where `ethtool` can switch it. */
function send(...args: readonly string[]): Sent {
  const script = `
    ip link add va type veth peer name vb
    sysctl -qw net.ipv6.conf.all.disable_ipv6=1
    ip link set va up && ip link set vb up
    ethtool -K vb gro on || true
    status=0; "$@" || status=$?
    ip -j -s link show vb
    exit $status`;
  const run = spawnSync("unshare", ["-n", "sh", "-c", script, "sh", SENDER, "--interface", "va", ...args], {
    timeout: 60_000,
  });
  const lines = run.stdout.toString().trim().split("\n");
  const [link] = JSON.parse(lines.pop() ?? "[]") as [{ stats64: { rx: Sent["received"] } }];
  return { status: run.status, lines, errors: run.stderr.toString(), received: link.stats64.rx };
}

/** The packets and octets that the sender says it sent. */
function said(sent: Sent): { packets: number; bytes: number } {
  const [, packets, bytes] = /^sent (\d+) packets (\d+) octets in [\d.]+ s$/.exec(sent.lines[0] ?? "") ?? [];
  return { packets: Number(packets), bytes: Number(bytes) };
}

function receivedOf(sent: Sent): { packets: number; bytes: number } {
  return { packets: sent.received.packets, bytes: sent.received.bytes };
}

testWithVeth("what is generated at a rate is what the other end receives", (t) => {
  for (const more of [[], ["--object", "/nonexistent"]]) {
    const sent = send("--generate", "--flows", "100", "--rate", "20000", "--seconds", "1", "--size", "100", ...more);
    t.is(sent.status, 0, sent.errors);
    t.deepEqual(said(sent), { packets: 20_000, bytes: 2_000_000 });
    t.deepEqual(receivedOf(sent), said(sent));
  }
});

testWithVeth("sessions in a flood come with what a meter has to find of them", (t) => {
  const sent = send("--generate", "--mode", "sessions", "--rate", "16050", "--seconds", "2", "--size", "200");
  t.is(sent.status, 0, sent.errors);
  t.deepEqual(receivedOf(sent), said(sent));
  const { packets, sessions } = JSON.parse(sent.lines[1]!) as {
    packets: number;
    sessions: Record<"packets" | "octets" | "reversePackets" | "reverseOctets", number>[];
  };
  t.is(packets, 32_100);
  t.is(sessions.length, 100);
  // 2,006 turns: 21 packets for six sessions, 20 for the others; all but two at each end with 186 octets.
  t.deepEqual(
    sessions.map((each) => each.packets + each.reversePackets),
    sessions.map((_, index) => (index < 6 ? 21 : 20)),
  );
  for (const { octets, reverseOctets, packets, reversePackets } of sessions) {
    t.is(octets + reverseOctets, (packets + reversePackets - 4) * 186 + 4 * 40);
  }
});

testWithVeth("a capture is sent as often as asked for, and what is too long for the interface is counted", (t) => {
  const sent = send("--rate", "100000", "--repeat", "3", "pcaps/office.pcap");
  const once = spawnSync("build/native/packets", ["--count", "pcaps/office.pcap"]).stdout.toString();
  const packets = Number(/count (\d+)/.exec(once)?.[1]);
  const left = Number(/send: (\d+) packets cannot be sent/.exec(sent.errors)?.[1]);
  t.is(sent.status, 0, sent.errors);
  t.true(left > 0 && left < packets);
  t.is(said(sent).packets + left, 3 * packets);
  t.deepEqual(receivedOf(sent), said(sent));
});

testWithVeth("an interface that is not there, and a number that is none, are one line", (t) => {
  const none = spawnSync(SENDER, ["--interface", "nothere", "pcaps/office.pcap"]);
  t.is(none.status, 1);
  t.is(none.stderr.toString(), "send: nothere: no such interface\n");
  const rate = spawnSync(SENDER, ["--interface", "lo", "--rate", "1k", "pcaps/office.pcap"]);
  t.is(rate.status, 1);
  t.is(rate.stderr.toString(), "send: --rate: 1k is no number from 0 to 1000000000\n");
});
