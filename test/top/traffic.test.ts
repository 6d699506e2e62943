import test from "ava";
import fc from "fast-check";
import { ATTRIBUTE } from "../../src/record/layout.js";
import { Traffic } from "../../src/top/traffic.js";
import { CELL, OTHERS, type TrafficTable } from "../../src/top/traffic_table.js";
import { anyFlow, batchOf, type Flow, ipv4 } from "../support/batches.js";

const CELLS = Object.values(CELL).flatMap((cell) => [cell, cell + 1]);
const TCP = 6;
const SYN = 0x02;
const CONTINUATION = { attributes: ATTRIBUTE.continuation };

/** Totals by key: the words of the key, joined. */
function totals(table: TrafficTable): Map<string, number[]> {
  const words = table.key.length;
  const rows = new Map<string, number[]>();
  for (let row = 1; row < table.end; row++) {
    const key = table.keys.subarray(row * words, (row + 1) * words).join();
    rows.set(
      key,
      CELLS.map((cell) => table.total(row, cell)),
    );
  }
  return rows;
}

function sums(table: TrafficTable): number[] {
  const rows = Array.from({ length: table.end }, (_, row) => row);
  return CELLS.map((cell) => rows.reduce((sum, row) => sum + table.total(row, cell), 0));
}

class Model {
  readonly rows = new Map<string, number[]>();

  add(key: readonly number[], cells: readonly number[]): void {
    const row = this.rows.get(key.join()) ?? [0, 0, 0, 0, 0, 0];
    this.rows.set(
      key.join(),
      row.map((value, cell) => value + cells[cell]!),
    );
  }
}

const words = (octets: unknown) => [...new Uint32Array(Uint8Array.from(octets as number[]).buffer)];
const number = (flow: Flow, name: string) => Number(flow[name] ?? 0);

/** The flow as one whose direction is plain, with counters that add up exactly. */
function plain(flow: Flow): Flow {
  const limited = (name: string) => number(flow, name) % 2 ** 40;
  return {
    ...flow,
    octets: limited("octets"),
    packets: limited("packets") + 1,
    reverseOctets: limited("reverseOctets"),
    reversePackets: limited("reversePackets"),
    attributes: 0,
    initialTcpFlags: SYN,
    sourceTransportPort: number(flow, "sourceTransportPort") | 1024,
  };
}

test("every table holds what a map by its key holds, whatever the flows and batches", (t) => {
  fc.assert(
    fc.property(fc.array(fc.array(anyFlow.map(plain), { maxLength: 20 }), { maxLength: 8 }), (batches) => {
      const traffic = new Traffic(1024);
      const [hosts, conversations, ports, protocols, links] = Array.from({ length: 5 }, () => new Model());
      for (const flows of batches) {
        traffic.write(batchOf(flows, 0, 3));
        traffic.tick(1);
        for (const flow of flows) {
          const [source, destination] = [words(flow.sourceAddress), words(flow.destinationAddress)];
          const protocol = number(flow, "protocolIdentifier");
          const icmp = protocol === 1 || protocol === 58;
          const service = protocol * 65536 + (icmp ? 0 : number(flow, "destinationTransportPort"));
          const [up, down] = [number(flow, "octets"), number(flow, "reverseOctets")];
          const [there, back] = [number(flow, "packets"), number(flow, "reversePackets")];
          hosts!.add(source, [up, down, there, back, 1, 0]);
          hosts!.add(destination, [down, up, back, there, 0, 1]);
          conversations!.add([...source, ...destination, service], [up, down, there, back, 1, 0]);
          ports!.add([service], [up, down, there, back, 1, 0]);
          protocols!.add([protocol], [up, down, there, back, 1, 0]);
          const vlan = number(flow, "vlanId");
          links!.add([number(flow, "interface") * 65536 + vlan], [up, 0, there, 0, 1, 0]);
          if (back > 0) links!.add([number(flow, "reverseInterface") * 65536 + vlan], [0, down, 0, back, 0, 0]);
        }
      }
      t.deepEqual(totals(traffic.hosts), hosts!.rows);
      t.deepEqual(totals(traffic.conversations), conversations!.rows);
      t.deepEqual(totals(traffic.ports), ports!.rows);
      t.deepEqual(totals(traffic.protocols), protocols!.rows);
      t.deepEqual(totals(traffic.links), links!.rows);
      t.is(traffic.flows, batches.flat().length);
    }),
    { numRuns: 200 },
  );
});

test("a flood keeps the tables at their size, the sums exact and who carries much in view", (t) => {
  const traffic = new Traffic(256);
  const talker = { sourceAddress: ipv4(10, 0, 0, 1), destinationAddress: ipv4(10, 0, 0, 2), ipVersion: 4 };
  let octets = 0;
  for (let second = 0; second < 20; second++) {
    const flood = Array.from({ length: 1000 }, (_, k) => ({
      sourceAddress: ipv4(172, second, k >> 8, k & 255),
      destinationAddress: ipv4(10, 9, 9, 9),
      ipVersion: 4,
      protocolIdentifier: TCP,
      initialTcpFlags: SYN,
      destinationTransportPort: k,
      packets: 1,
      octets: 40,
    }));
    const steady = { ...talker, protocolIdentifier: 17, destinationTransportPort: 53, packets: 10, octets: 5000 };
    traffic.write(batchOf([steady, ...flood]));
    traffic.tick(1);
    octets += 5000 + 40_000;
  }
  for (const table of [traffic.hosts, traffic.conversations, traffic.ports]) {
    t.true(table.end <= 257);
    t.true(table.forgotten > 0);
    t.is(sums(table)[0]! + sums(table)[1]!, table === traffic.hosts ? 2 * octets : octets);
    t.is(sums(table)[4], 20 * 1001);
  }
  const rows = totals(traffic.hosts);
  t.is(rows.size, traffic.hosts.end - 1);
  t.is(rows.get(words(talker.sourceAddress).join())?.[0], 100_000);
  t.is(
    totals(traffic.conversations).get(
      [...words(talker.sourceAddress), ...words(talker.destinationAddress), 17 * 65536 + 53].join(),
    )?.[0],
    100_000,
  );
  t.true(traffic.hosts.total(OTHERS, CELL.packets) > 0);
});

/** Totals of octets up and down of each service that was seen. */
function services(traffic: Traffic): Record<string, number[]> {
  traffic.tick(1);
  return Object.fromEntries(
    [...totals(traffic.ports)].map(([key, cells]) => [Number(key) & 0xffff, cells.slice(0, 2)]),
  );
}

const client = { address: ipv4(192, 0, 2, 1), port: 40_000 };
const server = { address: ipv4(192, 0, 2, 2), port: 8443 };
const between = (from: typeof client, to: typeof client): Flow => ({
  sourceAddress: from.address,
  destinationAddress: to.address,
  ipVersion: 4,
  sourceTransportPort: from.port,
  destinationTransportPort: to.port,
  protocolIdentifier: TCP,
  packets: 1,
  reversePackets: 1,
});

test("a continued record that begins with the server's packet counts for the same conversation", (t) => {
  const traffic = new Traffic(64);
  traffic.write(
    batchOf([
      { ...between(client, server), initialTcpFlags: SYN, octets: 100, reverseOctets: 1000 },
      { ...between(server, client), ...CONTINUATION, initialTcpFlags: 0x10, octets: 2000, reverseOctets: 200 },
      { ...between(client, server), ...CONTINUATION, initialTcpFlags: 0x10, octets: 300, reverseOctets: 3000 },
    ]),
  );
  t.deepEqual(services(traffic), { 8443: [600, 6000] });
  t.is(traffic.conversations.end, 2);
  t.is(traffic.flows, 1);
});

test("of a flow older than the view the lower port is the server's, and SYN with ACK comes from it", (t) => {
  const old = new Traffic(64);
  old.write(batchOf([{ ...between(server, client), ...CONTINUATION, octets: 2000, reverseOctets: 200 }]));
  t.deepEqual(services(old), { 8443: [200, 2000] });
  const high = { ...server, port: 50_000 };
  const answered = new Traffic(64);
  answered.write(batchOf([{ ...between(high, client), initialTcpFlags: 0x12, octets: 7, reverseOctets: 3 }]));
  t.deepEqual(services(answered), { 50000: [3, 7] });
  const datagrams = new Traffic(64);
  const dns = { ...between({ ...server, port: 53 }, client), protocolIdentifier: 17, octets: 500, reverseOctets: 0 };
  datagrams.write(batchOf([dns]));
  t.deepEqual(services(datagrams), { 53: [0, 500] });
});

test("rates come out at what is steady, from the first second on, and die away", (t) => {
  const traffic = new Traffic(64);
  const flow = { ...between(client, server), initialTcpFlags: SYN, octets: 1000, reverseOctets: 0 };
  const rate = (window: number) => traffic.protocols.rate(1, CELL.octets, window) * traffic.correction(window);
  t.is(traffic.correction(0), 0);
  for (let second = 0; second < 30; second++) {
    traffic.write(batchOf([flow, flow]));
    traffic.tick(1);
    for (const window of [0, 1, 2]) t.true(Math.abs(rate(window) - 2000) < 1, `${second} ${window} ${rate(window)}`);
  }
  for (let second = 0; second < 10; second++) traffic.tick(1);
  t.true(rate(0) < 2000 * Math.exp(-5) + 1);
  t.true(rate(0) < rate(1) && rate(1) < rate(2));
  for (let second = 0; second < 1000; second++) traffic.tick(1);
  t.deepEqual([rate(0), rate(1), rate(2)], [0, 0, 0]);
  t.is(traffic.protocols.total(1, CELL.octets), 60_000);
});

test("a tick in no time counts and leaves rates as they are", (t) => {
  const traffic = new Traffic(64);
  traffic.write(batchOf([{ ...between(client, server), initialTcpFlags: SYN, octets: 1000 }]));
  traffic.tick(0);
  t.is(traffic.protocols.total(1, CELL.octets), 1000);
  t.is(traffic.protocols.rate(1, CELL.octets, 0), 0);
});
