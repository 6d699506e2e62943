import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { connect as connectTls, type TlsOptions } from "node:tls";
import test, { type ExecutionContext } from "ava";
import { InputError } from "../../src/errors.js";
import { AcceptList } from "../../src/receive/accept_list.js";
import { Gate } from "../../src/receive/gate.js";
import { parseListenAddress } from "../../src/receive/listen_address.js";
import { StreamListener, type StreamListenerOptions } from "../../src/receive/stream_listener.js";
import { makeCertificates } from "../support/certificates.js";
import { until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const certificates = makeCertificates(scratch);
const [ca, cert, key, clientCert, clientKey] = (["ca", "cert", "key", "clientCert", "clientKey"] as const).map((name) =>
  readFileSync(certificates[name]),
);
const DEMANDING: TlsOptions = { cert, key, ca, requestCert: true, rejectUnauthorized: true };

function message(size: number): Buffer {
  const octets = Buffer.alloc(size);
  octets.writeUInt16BE(10, 0);
  octets.writeUInt16BE(size, 2);
  return octets;
}

async function listen(t: ExecutionContext, options: Partial<StreamListenerOptions> = {}, accept: string[] = []) {
  const sizes: number[] = [];
  const ended: number[] = [];
  const log: string[] = [];
  const scheme = options.tls === undefined ? "tcp" : "tls";
  const address = parseListenAddress(`ipfix+${scheme}://127.0.0.1:0`);
  const listener = new StreamListener({
    address,
    tls: undefined,
    connections: 10,
    idle: 60_000,
    gate: new Gate([
      {
        accept: await AcceptList.of(accept, ""),
        protocols: address.protocols,
        take: ({ octets }) => sizes.push(octets.byteLength),
        end: ({ port }) => ended.push(port),
      },
    ]),
    log: { info: (_, text) => log.push(text), warn: (_, text) => log.push(text) },
    ...options,
  });
  t.teardown(() => listener.close());
  await listener.open();
  listener.start();
  const port = Number(/:(\d+)$/.exec(listener.place)![1]);
  const open = (): Socket => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    t.teardown(() => socket.destroy());
    return socket;
  };
  return { listener, sizes, ended, log, port, open };
}

test("messages of several connections come, and the end of each is told", async (t) => {
  const { listener, sizes, ended, open } = await listen(t);
  const [one, two] = [open(), open()];
  one.write(Buffer.concat([message(16), message(500)]));
  two.write(message(65_535));
  await until(() => sizes.length === 3, "three messages");
  t.deepEqual(
    [...sizes].sort((a, b) => a - b),
    [16, 500, 65_535],
  );
  const ports = [one.localPort, two.localPort];
  one.end();
  two.end();
  await until(() => ended.length === 2, "two ends");
  t.deepEqual([...ended].sort(), ports.sort());
  const { messages, octets, connections } = listener.counters();
  t.deepEqual([messages, octets, connections.accepted, connections.open], [3, 66_051, 2, 0]);
});

test("a stream that is no IPFIX is closed and counted, others go on", async (t) => {
  const { listener, sizes, log, open } = await listen(t);
  const [web, exporter] = [open(), open()];
  web.write("GET / HTTP/1.1\r\n\r\n");
  await once(web, "close");
  exporter.write(message(20));
  await until(() => sizes.length === 1, "a message");
  t.is(listener.counters().connections.malformed, 1);
  t.true(
    log.some((line) => /127\.0\.0\.1:\d+ is cut off: not IPFIX: version 18245$/.test(line)),
    log.join("\n"),
  );
});

test("a stream that ends within a message is counted as an error", async (t) => {
  const { listener, sizes, open } = await listen(t);
  const socket = open();
  socket.end(Buffer.concat([message(20), message(30).subarray(0, 29)]));
  await until(() => listener.counters().errors === 1, "the error");
  t.deepEqual(sizes, [20]);
});

test("strangers are refused before they can say anything", async (t) => {
  const { listener, sizes, open } = await listen(t, {}, ["192.0.2.0/24"]);
  const socket = open();
  socket.write(message(20));
  await once(socket, "close");
  t.is(listener.counters().connections.refusedAddress, 1);
  t.deepEqual([listener.counters().connections.accepted, sizes.length], [0, 0]);
});

test("connections beyond the limit are refused, and there is room again when one has ended", async (t) => {
  const { listener, sizes, open } = await listen(t, { connections: 2 });
  const kept = [open(), open()];
  await Promise.all(kept.map((socket) => once(socket, "connect")));
  await until(() => listener.counters().connections.accepted === 2, "two connections");
  await once(open(), "close");
  t.is(listener.counters().connections.refusedLimit, 1);
  kept[0]!.end();
  await until(() => listener.counters().connections.open === 1, "room");
  open().write(message(40));
  await until(() => sizes.length === 1, "a message");
  t.is(listener.counters().connections.accepted, 3);
});

test("a connection that is silent is closed and counted", async (t) => {
  const { listener, open } = await listen(t, { idle: 50 });
  const socket = open();
  socket.write(message(20).subarray(0, 10));
  await once(socket, "close");
  t.is(listener.counters().connections.idle, 1);
});

test("a port that is taken is an error that says so", async (t) => {
  const { port } = await listen(t);
  const address = parseListenAddress(`ipfix+tcp://127.0.0.1:${port}`);
  const error = await t.throwsAsync(listen(t, { address }), { instanceOf: InputError });
  t.is(error.message, `--listen ipfix+tcp://127.0.0.1:${port}: another program listens there already`);
});

test("an exporter with a certificate of the authority is heard over TLS", async (t) => {
  const { sizes, log, port } = await listen(t, { tls: DEMANDING });
  const socket = connectTls({ port, host: "127.0.0.1", servername: "localhost", ca, cert: clientCert, key: clientKey });
  t.teardown(() => socket.destroy());
  await once(socket, "secureConnect");
  socket.write(message(100));
  await until(() => sizes.length === 1, "a message");
  t.deepEqual(sizes, [100]);
  t.regex(log.join("\n"), /127\.0\.0\.1:\d+ has connected/);
});

test("an exporter without a certificate is refused with a line in the log", async (t) => {
  const { listener, sizes, log, port } = await listen(t, { tls: DEMANDING });
  const socket = connectTls({ port, host: "127.0.0.1", servername: "localhost", ca });
  socket.on("error", () => {});
  t.teardown(() => socket.destroy());
  socket.write(message(100));
  await until(() => listener.counters().connections.refusedTls === 1, "the refusal");
  t.true(
    log.some((line) => /TLS with .* failed: /.test(line)),
    log.join("\n"),
  );
  t.deepEqual([listener.counters().connections.accepted, sizes.length], [0, 0]);
});

test("what is no TLS is refused, and takes no place", async (t) => {
  const { listener, sizes, open } = await listen(t, { tls: DEMANDING, connections: 1 });
  const socket = open();
  socket.write(message(100));
  await once(socket, "close");
  await until(() => listener.counters().connections.refusedTls === 1, "the refusal");
  await until(() => listener.counters().connections.open === 0, "the place");
  t.is(sizes.length, 0);
});
