/** YAF's bidirectional records: every field as Wireshark's dissector has it. */
import test from "ava";
import { ROW_ATTRIBUTE } from "../../src/record/columns.js";
import { dates, dissect } from "../support/cflow.js";
import { collected, exported } from "../support/collecting.js";
import { testWithFixtures } from "../support/fixtures.js";
import { rowText } from "../support/row_text.js";
import { columnsOf } from "../support/rows.js";
import { haveTools } from "../support/tools.js";

testWithFixtures(test)("YAF's records are both directions of what the dissector has", (t) => {
  if (!haveTools(t, "tshark")) return;
  const datagrams = exported("yaf-ipfix-udp").map(({ octets }) => octets);
  const names = ["srcaddr", "dstaddr", "srcport", "dstport", "protocol", "flow_end_reason"] as const;
  const both = ["tos", "vlanid"] as const;
  const counters = ["permanent_packets", "permanent_octets"] as const;
  const times = ["abstimestart", "abstimeend"] as const;
  const fields = [...names, ...both, ...counters, ...times].map((name) => `cflow.${name}`);
  // YAF's own statistics come last, with packets, but without octets.
  const lines = dissect([...datagrams, ...datagrams], fields).slice(datagrams.length);
  const values = (k: number) => lines.flatMap((line) => (line[k] ? line[k].split(",") : []));
  const { rows } = collected(exported("yaf-ipfix-udp"));
  const there = rows.filter((row) => (Number(row.attributes) & ROW_ATTRIBUTE.reverse) === 0);
  const texts = there.map((row) => rowText(columnsOf([row]), 0));
  t.deepEqual(
    texts.map((text) => text.slice(0, 5)),
    values(0).map((_, row) => [0, 1, 2, 3, 4].map((k) => values(k)[row]!)),
  );
  t.deepEqual(
    there.map(({ end_reason }) => Number(end_reason) & 31),
    values(5).map((reason) => Number(reason) & 31),
  );
  // A record's element, then its reverse where there is one.
  t.deepEqual(
    rows.map(({ tos }) => Number(tos)),
    values(6).map(Number),
  );
  t.deepEqual(
    rows.map(({ vlan }) => Number(vlan)),
    values(7).map(Number),
  );
  t.deepEqual(
    rows.map(({ packets, bytes }) => [Number(packets), Number(bytes)]),
    values(9).map((octets, row) => [Number(values(8)[row]), Number(octets)]),
  );
  const milliseconds = (time: number | bigint) => Math.floor(Number(time) / 1000);
  t.deepEqual(
    there.map(({ stime }) => milliseconds(stime)),
    lines.flatMap((line) => dates(line[10])),
  );
  t.deepEqual(
    there.map(({ etime }) => milliseconds(etime)),
    lines.flatMap((line) => dates(line[11])),
  );
});
