/** What softflowd and YAF export of a capture: its packets, octets and flows. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "ava";
import { assertAddsUp, collected, exported } from "../support/collecting.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { rowText } from "../support/row_text.js";
import { columnsOf } from "../support/rows.js";
import { haveTools } from "../support/tools.js";
import { readYafFlows } from "../support/yaf.js";

testWithFixtures(test)("softflowd's and YAF's exports of a capture have the packets and octets of its flows", (t) => {
  const expected = readYafFlows(join(FIXTURES, "yaf", "teams.txt"));
  const packets = expected.reduce((sum, { measures }) => {
    const [, forward, reverse] = /packets (\d+)\/(\d+)/.exec(measures)!;
    return sum + Number(forward) + Number(reverse);
  }, 0);
  for (const name of ["softflowd-v5", "softflowd-v9", "softflowd-v10", "yaf-ipfix-udp"]) {
    const datagrams = exported(name);
    const collection = collected(datagrams);
    t.is(collection.sum("packets"), packets, name);
    assertAddsUp(t, collection, datagrams.length);
    const { sequence, messages } = collection.process.totals;
    t.like(sequence, { lostMessages: 0, lostRecords: 0, restarts: 0 }, name);
    t.is(messages.decoded, datagrams.length);
  }
});

testWithFixtures(test)(
  "octets are those of the capture: YAF's of its IP packets, softflowd's of its frames' content",
  (t) => {
    if (!haveTools(t, "tshark")) return;
    const capture = join(FIXTURES, "captures", "teams.pcap");
    // Not the packets within ICMP errors.
    const fields = ["ip.len", "frame.len"].flatMap((name) => ["-e", name]);
    const { stdout } = spawnSync(
      "tshark",
      ["-r", capture, "-Y", "ip", "-E", "occurrence=f", "-T", "fields", ...fields],
      {
        encoding: "utf8",
      },
    );
    const lengths = stdout
      .trim()
      .split("\n")
      .map((line) => line.split("\t").map(Number));
    const sum = (of: (lengths: number[]) => number) => lengths.reduce((total, each) => total + of(each), 0);
    t.is(
      collected(exported("yaf-ipfix-udp")).sum("bytes"),
      sum(([packet]) => packet!),
    );
    for (const name of ["softflowd-v5", "softflowd-v9", "softflowd-v10"])
      t.is(
        collected(exported(name)).sum("bytes"),
        sum(([, frame]) => frame! - 14),
        name,
      );
  },
);

testWithFixtures(test)("YAF's export has the flows that yafscii prints of the same capture", (t) => {
  const expected = readYafFlows(join(FIXTURES, "yaf", "teams.txt")).map(
    ({ key, measures }) => `${key} ${measures.replace(/ ?[0-9a-f]{8}\/[0-9a-f]{8}$/, "")}`,
  );
  const { rows } = collected(exported("yaf-ipfix-udp"));
  const texts = rows.map((_, row) => rowText(columnsOf(rows), row));
  const time = (of: bigint) => new Date(Number(of / 1000n)).toISOString().replace("T", " ").replace("Z", "");
  const found = rows.flatMap((row, k) => {
    if ((Number(row.attributes) & 0x100) !== 0) return [];
    const next = rows[k + 1];
    const back = next !== undefined && (Number(next.attributes) & 0x100) !== 0 ? next : undefined;
    const [source, destination, sport, dport] = texts[k]!;
    const end = back !== undefined && back.etime > row.etime ? back.etime : row.etime;
    const flags =
      row.proto === 6
        ? ` ${[row.initial_flags, row.session_flags, back?.initial_flags ?? 0, back?.session_flags ?? 0].map((each) => letters(Number(each))).join("/")}`
        : "";
    return [
      `${source} ${sport} > ${destination} ${dport} proto ${row.proto} vlan ${row.vlan} ${time(row.stime as bigint)} to ${time(end as bigint)} packets ${row.packets}/${back?.packets ?? 0} octets ${row.bytes}/${back?.bytes ?? 0}${flags}`,
    ];
  });
  t.deepEqual(found.sort(), expected.sort());
});

function letters(flags: number): string {
  return ["F", "S", "R", "P", "A", "U", "E", "C"].filter((_, bit) => (flags & (1 << bit)) !== 0).join("");
}
