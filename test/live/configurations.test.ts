/** Live metering under other switches gives the flows that offline metering gives under the same. */
import { join } from "node:path";
import test from "ava";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { compareWithOffline } from "../support/live_comparison.js";
import { wiresFor } from "../support/live_wire.js";

const fixtureTest = testWithFixtures(test) === test ? test.serial : test.serial.skip;

const named = (...names: readonly string[]) => names.map((name) => join(FIXTURES, "captures", name));

/** Many protocols, IPv6, tunnels, packets that are not IP, and frames without a VLAN. */
const PLAIN = named("teams.pcap", "http_ipv6.pcap", "dns.pcap", "sctp.cap", "synscan.pcap", "teredo.pcap");
/** Conversations in fragments, UDP and IPv6, beside others. */
const FRAGMENTS = named("dns_fragmented.pcap", "ip_fragmented_garbage.pcap", "smb_frags.pcap");
/** One tag, two tags, tags around tunnels and IPv6. */
const TAGGED = named("4in4tunnel.pcap", "rtp.pcapng", "hsrp2_ipv6.pcapng", "vxlan.pcap", "gre.pcapng", "bot.pcap");
/** Behind tunnels there is another conversation. */
const TUNNELS = named(
  "4in6tunnel.pcap",
  "6in4tunnel.pcap",
  "vxlan.pcap",
  "gre.pcapng",
  "ipv6_in_gtp.pcap",
  "teredo.pcap",
);

fixtureTest("without kernel-side programs the flows are the same", async (t) => {
  const made = wiresFor(t, 6);
  if (made === undefined) return;
  for (const captures of [PLAIN, TAGGED, FRAGMENTS])
    await compareWithOffline(t, made, captures, { live: ["--kernel-programs=off"] });
});

fixtureTest("two threads give the same flows, with and without kernel-side programs", async (t) => {
  const made = wiresFor(t, 6);
  if (made === undefined) return;
  for (const programs of ["on", "off"])
    for (const captures of [PLAIN, TAGGED])
      await compareWithOffline(t, made, captures, { live: ["--threads=2", `--kernel-programs=${programs}`] });
});

fixtureTest("two threads lose no fragment", async (t) => {
  const made = wiresFor(t, 6);
  if (made === undefined) return;
  // Later fragments have no ports, so fragments are shared out by addresses: they may be metered by another thread than
  // the rest of their conversation, in a record of their own.
  const compare = "conversations";
  for (const programs of ["on", "off"])
    await compareWithOffline(t, made, FRAGMENTS, { live: ["--threads=2", `--kernel-programs=${programs}`], compare });
});

fixtureTest("a filter in the kernel leaves the flows that it leaves of a capture", async (t) => {
  const made = wiresFor(t, 6);
  if (made === undefined) return;
  for (const both of [["--filter=tcp or udp"], ["--filter=ip6 or icmp"]])
    await compareWithOffline(t, made, PLAIN, { both });
  // Without the word "vlan" an expression sees a live frame without the tag that was taken off it, so that it matches
  // tagged packets, which the same expression does not in a capture (pcap-filter(7)).
  await compareWithOffline(t, made, TAGGED, { both: ["--filter=vlan"] });
});

fixtureTest("-i any gives the same flows, with the interface of each", async (t) => {
  const made = wiresFor(t, 6);
  if (made === undefined) return;
  // A cooked header stands for Ethernet's, and libpcap does not put back a VLAN tag behind one of its second version.
  const without = ["linkOctets", "reverseLinkOctets", "vlanId", "serviceVlanId"];
  for (const captures of [PLAIN, TAGGED, FRAGMENTS])
    await compareWithOffline(t, made, captures, { any: "any", without });
});

fixtureTest("tunnels are opened and all statistics are taken as in a capture", async (t) => {
  const made = wiresFor(t, 6);
  if (made === undefined) return;
  const without: string[] = [];
  for (const captures of [PLAIN, TAGGED, TUNNELS])
    await compareWithOffline(t, made, captures, { both: ["--decapsulate=all", "--stats=all"], without });
});
