import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import test, { type ExecutionContext } from "ava";
import { InputError } from "../../src/errors.js";
import { AcceptList } from "../../src/receive/accept_list.js";
import { Gate } from "../../src/receive/gate.js";
import { parseListenAddress } from "../../src/receive/listen_address.js";
import { UdpListener, type UdpListenerOptions } from "../../src/receive/udp_listener.js";
import { netflow5 } from "../support/export_messages.js";
import { until } from "../support/program.js";

const MIB = 1024 * 1024;

interface Heard {
  readonly address: string;
  readonly port: number;
  readonly received: number;
  readonly octets: Buffer;
}

async function listen(
  t: ExecutionContext,
  url = "netflow+udp://127.0.0.1:0",
  options: Partial<UdpListenerOptions> = {},
) {
  const heard: Heard[] = [];
  const warnings: string[] = [];
  const address = parseListenAddress(url);
  const take = ({ peer, received, octets }: Parameters<Gate["pass"]>[0]) =>
    heard.push({
      address: peer.address,
      port: peer.port,
      received,
      octets: Buffer.from(Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)),
    });
  const listener = new UdpListener({
    address,
    sockets: 1,
    ringOctets: MIB,
    bufferOctets: MIB,
    gate: new Gate([{ accept: AcceptList.EVERYBODY, protocols: address.protocols, take }]),
    log: { info: () => {}, warn: (_, text) => warnings.push(text) },
    ...options,
  });
  t.teardown(() => listener.close());
  await listener.open();
  const port = Number(/:(\d+)$/.exec(listener.place)![1]);
  return { listener, heard, warnings, port };
}

/** Sends datagrams one after the other from one socket; resolves with its port. */
async function send(datagrams: readonly Buffer[], port: number, host = "127.0.0.1"): Promise<number> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  socket.bind(0);
  await once(socket, "listening");
  for (const each of datagrams)
    await new Promise<void>((resolve, reject) =>
      socket.send(each, port, host, (error) => (error === null ? resolve() : reject(error))),
    );
  const from = socket.address().port;
  socket.close();
  return from;
}

test("datagrams come as they were sent, with sender and time", async (t) => {
  const { listener, heard, port } = await listen(t);
  listener.start();
  const sent = [netflow5(1), netflow5(30, 1), netflow5(7, 31)];
  const before = Date.now() * 1000;
  const from = await send(sent, port);
  await until(() => heard.length === 3, "three datagrams");
  t.deepEqual(
    heard.map(({ octets }) => octets),
    sent,
  );
  for (const { address, port: sender, received } of heard) {
    t.is(address, "127.0.0.1");
    t.is(sender, from);
    t.true(received >= before - 1000 && received <= Date.now() * 1000 + 1000);
  }
  await listener.stop();
  const { messages, octets, gate } = listener.counters();
  t.is(messages, 3);
  t.is(octets, 24 * 3 + 48 * 38);
  t.deepEqual(gate, { taken: 3, address: 0, protocol: 0 });
});

test("[::] hears IPv4 and IPv6, and tells them apart", async (t) => {
  const { listener, heard, port } = await listen(t, "netflow+udp://[::]:0");
  listener.start();
  await send([netflow5(1)], port);
  await send([netflow5(2)], port, "::1");
  await until(() => heard.length === 2, "both datagrams");
  t.deepEqual(heard.map(({ address }) => address).sort(), ["127.0.0.1", "::1"]);
});

test("empty and largest datagrams pass, and what is of another protocol is counted", async (t) => {
  const { listener, heard, port } = await listen(t);
  listener.start();
  const largest = Buffer.alloc(65_507, 7);
  largest.writeUInt16BE(9, 0);
  await send([Buffer.alloc(0), largest, Buffer.from("GET / HTTP/1.0\r\n"), Buffer.of(0, 0, 0, 5)], port);
  await until(() => listener.counters().messages === 4, "four datagrams");
  await listener.stop();
  t.deepEqual(
    heard.map(({ octets }) => octets),
    [largest],
  );
  t.deepEqual(listener.counters().gate, { taken: 1, address: 0, protocol: 3 });
});

test.serial("a busy event loop loses nothing that ring and socket hold", async (t) => {
  const { listener, heard, port } = await listen(t, undefined, { ringOctets: 8 * MIB, bufferOctets: 4 * MIB });
  const datagrams = 2000;
  listener.start();
  const sent = Array.from({ length: datagrams }, (_, at) => netflow5(30, 30 * at));
  // The sender is another process, because nothing of this one runs meanwhile.
  const script = `
import socket, struct, sys, time
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
data = sys.stdin.buffer.read()
for at in range(0, len(data), ${sent[0]!.length}):
    sock.sendto(data[at:at + ${sent[0]!.length}], ("127.0.0.1", ${port}))
    if at % (${sent[0]!.length} * 100) == 0: time.sleep(0.002)
`;
  const { status, stderr } = spawnSync("python3", ["-c", script], { input: Buffer.concat(sent) });
  t.is(status, 0, String(stderr));
  t.is(heard.length, 0);
  await until(() => heard.length === datagrams, "all datagrams");
  t.true(heard.every(({ octets }, at) => octets.equals(sent[at]!)));
  await listener.stop();
  const { messages, droppedKernel, droppedRing } = listener.counters();
  t.deepEqual({ messages, droppedKernel, droppedRing }, { messages: datagrams, droppedKernel: 0, droppedRing: 0 });
});

test.serial("what neither ring nor socket can hold is dropped and counted as the ring's, and none twice", async (t) => {
  const { listener, heard, port } = await listen(t, undefined, { ringOctets: 256 * 1024, bufferOctets: 64 * 1024 });
  listener.start();
  const datagrams = 2000;
  const size = netflow5(30).length;
  const script = `
import socket, sys, time
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
data = sys.stdin.buffer.read()
for at in range(${datagrams}):
    sock.sendto(data, ("127.0.0.1", ${port}))
    if at % 20 == 0: time.sleep(0.005)
`;
  t.is(spawnSync("python3", ["-c", script], { input: netflow5(30) }).status, 0);
  await listener.stop();
  const { messages, octets, droppedKernel, droppedRing, gate } = listener.counters();
  t.is(messages + droppedKernel + droppedRing, datagrams);
  t.true(droppedRing > 0);
  t.is(octets, messages * size);
  t.is(gate.taken, messages);
  t.is(heard.length, messages);
});

test("several sockets share a port, and an exporter stays with one", async (t) => {
  const { listener, heard, port } = await listen(t, undefined, { sockets: 4 });
  listener.start();
  const senders = await Promise.all(
    Array.from({ length: 16 }, (_, sender) =>
      send(
        Array.from({ length: 10 }, (_, at) => netflow5(1, 1000 * sender + at)),
        port,
      ),
    ),
  );
  await until(() => heard.length === 160, "all datagrams");
  for (const sender of senders) {
    const sequences = heard
      .filter(({ port: from }) => from === sender)
      .map(({ octets }) => octets.readUInt32BE(16) % 1000);
    t.deepEqual(sequences, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
});

for (const sockets of [1, 2])
  test(`a port that is taken is an error that says so, with ${sockets} socket${sockets > 1 ? "s" : ""}`, async (t) => {
    const { port } = await listen(t, undefined, { sockets });
    const error = await t.throwsAsync(listen(t, `netflow+udp://127.0.0.1:${port}`, { sockets }), {
      instanceOf: InputError,
    });
    t.is(error.message, `--listen netflow+udp://127.0.0.1:${port}: another program listens there already`);
  });

test("an address of another host is an error that says so", async (t) => {
  const error = await t.throwsAsync(listen(t, "netflow+udp://192.0.2.1:2055"), { instanceOf: InputError });
  t.is(error.message, "--listen netflow+udp://192.0.2.1:2055: this host does not have that address");
});

test("datagrams that come between stop and end are taken or left, and the end comes", async (t) => {
  const { listener, port } = await listen(t);
  listener.start();
  const sending = send(
    Array.from({ length: 500 }, (_, at) => netflow5(5, at)),
    port,
  );
  await listener.stop();
  await sending;
  const { messages, gate } = listener.counters();
  t.is(gate.taken, messages);
  t.is(listener.deadReason(Date.now() + 60_000), undefined);
});
