import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "ava";
import { dissect } from "../support/cflow.js";
import { UdpCollector } from "../support/collectors.js";
import { csvRows } from "../support/csv.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { Nfacctd, Nfcapd } from "../support/peers.js";
import { run } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { haveTools } from "../support/tools.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
const fixtureTest = testWithFixtures(test.serial as typeof test);

/** TCP, UDP, ICMP, IPv6, one-way scans. */
const CAPTURES = ["teams.pcap", "http_ipv6.pcap", "synscan.pcap", "icmp-tunnel.pcap"];
const inputsOf = (names: readonly string[]) => names.flatMap((name) => ["-r", join(FIXTURES, "captures", name)]);
const inputs = inputsOf(CAPTURES);
/** nfacctd keeps the system's receive buffer, which the datagrams of a scan at full speed overrun. */
const fewer = inputsOf(CAPTURES.filter((name) => name !== "synscan.pcap"));

/** What our CSV says, as a collector of one-way records counts it, of the flows that `keep` lets through. */
function expected(csv: string, keep: (row: Record<string, string>) => boolean = () => true) {
  const sums = { records: 0, flows: 0, packets: 0, octets: 0 };
  for (const row of csvRows(csv).filter(keep)) {
    sums.flows++;
    sums.records += Number(row.reversePackets) > 0 ? 2 : 1;
    sums.packets += Number(row.packets) + Number(row.reversePackets);
    sums.octets += Number(row.octets) + Number(row.reverseOctets);
  }
  return sums;
}

for (const format of ["ipfix", "netflow9", "netflow5"] as const) {
  fixtureTest(`nfdump counts the flows, packets and octets that we exported over ${format}`, async (t) => {
    if (!haveTools(t, "nfcapd", "nfdump")) return;
    const collector = await Nfcapd.start();
    const output = `${format}+udp://127.0.0.1:${collector.port}`;
    const { status, stdout, stderr } = await run(["meter", ...inputs, "-o", output, "-o", "csv:-"]);
    const collected = await collector.stop();
    t.is(status, 0, stderr);
    const { records, flows, packets, octets } = expected(
      stdout,
      (row) => format !== "netflow5" || row.ipVersion === "4",
    );
    t.true(flows > 1000 && records > flows);
    t.deepEqual(collected, { records: format === "ipfix" ? flows : records, packets, octets });
  });
}

for (const [output, args] of [
  ["netflow9", []],
  ["netflow5", []],
  ["ipfix", ["--uniflow"]], // nfacctd does not know the reverse elements of RFC 5103
] as const) {
  fixtureTest(
    `pmacct counts the packets and octets that we exported over ${[output, ...args].join(" ")}`,
    async (t) => {
      if (!haveTools(t, "nfacctd")) return;
      const collector = await Nfacctd.start();
      const url = `${output}+udp://127.0.0.1:${collector.port}`;
      const { status, stdout, stderr } = await run(["meter", ...fewer, ...args, "-o", url, "-o", "csv:-"]);
      const { packets, octets } = expected(stdout, (row) => output !== "netflow5" || row.ipVersion === "4");
      const collected = await collector.stop(packets);
      t.is(status, 0, stderr);
      t.like(collected, { packets, octets });
    },
  );
}

for (const format of ["ipfix", "netflow9", "netflow5"] as const) {
  fixtureTest(`tshark dissects every ${format} datagram without complaint`, async (t) => {
    if (!haveTools(t, "tshark")) return;
    const collector = await UdpCollector.open();
    const output = `${format}+udp://127.0.0.1:${collector.port}`;
    const { status, stdout, stderr } = await run(["meter", ...inputs, "-o", output, "-o", "csv:-"]);
    t.is(status, 0, stderr);
    await collector.settled();
    collector.close();
    const rows = dissect(collector.datagrams, ["cflow.version", "_ws.expert", "_ws.malformed", "cflow.packets"]);
    t.is(rows.length, collector.datagrams.length);
    t.true(rows.every((row) => row[0] === { ipfix: "10", netflow9: "9", netflow5: "5" }[format]));
    t.deepEqual([...new Set(rows.map((row) => row[1] ?? ""))], [""]);
    t.deepEqual([...new Set(rows.map((row) => row[2] ?? ""))], [""]);
    const { packets } = expected(stdout, (row) => format !== "netflow5" || row.ipVersion === "4");
    const dissected = rows.flatMap((row) => (row[3] ?? "").split(",")).reduce((sum, value) => sum + Number(value), 0);
    t.is(dissected, packets);
  });
}

fixtureTest("tshark opens our IPFIX file as a file of its own kind, without complaint", async (t) => {
  if (!haveTools(t, "tshark")) return;
  const path = join(scratch.path, "flows.ipfix");
  const { status, stderr } = await run(["meter", ...inputs, "--stats=all", "-o", path]);
  t.is(status, 0, stderr);
  const fields = ["cflow.version", "_ws.expert", "_ws.malformed"].flatMap((name) => ["-e", name]);
  // By default Wireshark takes templates of up to 64 elements, and this is one of all statistics.
  const preference = ["-o", "cflow.max_template_fields:0"];
  const { stdout } = spawnSync("tshark", [...preference, "-r", path, "-T", "fields", ...fields], { encoding: "utf8" });
  const rows = stdout.replace(/\n$/, "").split("\n");
  t.true(rows.length > 1);
  t.deepEqual([...new Set(rows)], ["10\t\t"]);
});
