/** What is measured of flows, against models that look at whole lists of them. */
import test from "ava";
import fc from "fast-check";
import { AddressRuns } from "../../src/scan/address_runs.js";
import { IcmpMetrics } from "../../src/scan/icmp_metrics.js";
import { type LogisticModel, scanProbability } from "../../src/scan/logistic.js";
import { ScanFlow } from "../../src/scan/scan_flow.js";
import { TcpMetrics } from "../../src/scan/tcp_metrics.js";
import { UdpMetrics } from "../../src/scan/udp_metrics.js";

/** Length of the longest run of numbers that follow each other. */
function longestRun(numbers: Iterable<number>, together: (a: number, b: number) => boolean = () => true): number {
  const all = new Set(numbers);
  const lengthFrom = (first: number) => {
    let last = first;
    while (all.has(last + 1) && together(last, last + 1)) last += 1;
    return last - first + 1;
  };
  return Math.max(0, ...[...all].map(lengthFrom));
}

const network = (address: number) => Math.floor(address / 256);
const sameNetwork = (a: number, b: number) => network(a) === network(b);

const address = fc.oneof(
  fc.integer({ min: 0x0a00_00f0, max: 0x0a00_0110 }),
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.constantFrom(0, 255, 256, 0xffff_fefe, 0xffff_feff, 0xffff_ff00, 0xffff_ffff),
);

test("runs of ascending addresses are those of a set of them", (t) => {
  const runs = new AddressRuns();
  const holds = fc.property(fc.array(address, { minLength: 1, maxLength: 60 }), (addresses) => {
    const all = [...addresses].sort((a, b) => a - b);
    runs.begin();
    for (const each of all) runs.add(each);
    const perNetwork = new Map<number, number>();
    for (const each of new Set(all)) perNetwork.set(network(each), (perNetwork.get(network(each)) ?? 0) + 1);
    t.is(runs.count, new Set(all).size);
    t.is(runs.mostOfNetwork, Math.max(...perNetwork.values()));
    t.is(runs.longestRun, longestRun(all, sameNetwork));
    t.is(runs.longestNetworkRun, longestRun(perNetwork.keys()));
  });
  fc.assert(holds, { numRuns: 300, seed: 6 });
});

const flow = fc
  .record({
    destination: address,
    sport: fc.integer({ min: 0, max: 5 }),
    dport: fc.oneof(fc.integer({ min: 1015, max: 1030 }), fc.integer({ min: 0, max: 5 }), fc.constant(65535)),
    packets: fc.integer({ min: 1, max: 4 }),
    bytes: fc.integer({ min: 100, max: 200 }),
    flags: fc.constantFrom(0x02, 0x12, 0x04, 0x14, 0x1b, 0),
  })
  .map((values) => Object.assign(new ScanFlow(), values));

const flows = fc
  .array(flow, { minLength: 1, maxLength: 60 })
  .map((list) => [...list].sort((a, b) => a.destination - b.destination));

const distinct = (list: readonly ScanFlow[], value: (flow: ScanFlow) => number) => new Set(list.map(value)).size;

function byDestination(list: readonly ScanFlow[]): ScanFlow[][] {
  const groups = new Map<number, ScanFlow[]>();
  for (const each of list) groups.set(each.destination, [...(groups.get(each.destination) ?? []), each]);
  return [...groups.values()];
}

const share = (list: readonly ScanFlow[], holds: (flow: ScanFlow) => boolean) =>
  list.filter(holds).length / list.length;

function sourcePortsPerDestination(list: readonly ScanFlow[]): number {
  const ports = byDestination(list).map((group) => distinct(group, ({ sport }) => sport));
  return ports.reduce((sum, each) => sum + each, 0) / ports.length;
}

test("TCP, UDP and ICMP are measured as their names say, time and again", (t) => {
  const [tcp, udp, icmp] = [new TcpMetrics(), new UdpMetrics(), new IcmpMetrics()];
  const holds = fc.property(flows, (list) => {
    for (const each of [tcp, udp, icmp]) {
      each.begin();
      for (const one of list) each.add(one);
    }
    const destinations = list.map(({ destination }) => destination);
    const common = {
      "flows below 3 packets": share(list, ({ packets }) => packets < 3),
      "source ports per destination": sourcePortsPerDestination(list),
      "flows of 60 bytes per packet": share(list, ({ bytes, packets }) => bytes / packets >= 60),
    };
    t.deepEqual(tcp.values(list.length), {
      ...common,
      "flows without ACK": share(list, ({ flags }) => (flags & 0x10) === 0),
      "destinations per flow": new Set(destinations).size / list.length,
      "flows of backscatter": share(list, ({ flags }) => [0x12, 0x04, 0x14].includes(flags)),
    });
    const lowPorts = byDestination(list).map((group) =>
      group.map(({ dport }) => dport).filter((dport) => dport < 1024),
    );
    const run = longestRun(destinations, sameNetwork);
    t.deepEqual(udp.values(list.length), {
      ...common,
      "longest run of addresses in a /24": run,
      "low ports of one host": Math.max(...lowPorts.map((ports) => new Set(ports).size)),
      "longest run of low ports of one host": Math.max(...lowPorts.map((ports) => longestRun(ports))),
      "source ports per flow": distinct(list, ({ sport }) => sport) / list.length,
    });
    const perNetwork = byDestination(list).map(([first]) => network(first!.destination));
    t.deepEqual(icmp.values(list.length), {
      "longest run of /24 networks": longestRun(perNetwork),
      "longest run of addresses in a /24": run,
      "addresses in one /24": Math.max(...perNetwork.map((one) => perNetwork.filter((each) => each === one).length)),
      destinations: new Set(destinations).size,
      "echo requests": share(list, ({ dport }) => dport >> 8 === 8),
    });
  });
  fc.assert(holds, { numRuns: 200, seed: 7 });
});

test("a probability is 1 / (1 + e^-y) of the weighted measures, each up to its most", (t) => {
  const model: LogisticModel = { intercept: -1, terms: { a: { weight: 2 }, b: { weight: 0.5, most: 4 } } };
  // y = -1 + 2 * 0.5 + 0.5 * 4 = 2 with b cut to 4.
  t.is(scanProbability(model, { a: 0.5, b: 100 }).toFixed(12), (1 / (1 + Math.exp(-2))).toFixed(12));
  t.is(scanProbability(model, { a: 0.5, b: 0 }), 0.5);
});
