import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import test, { type ExecutionContext } from "ava";
import { OutputError } from "../../src/errors.js";
import { listenText, parseListen } from "../../src/metrics/listen.js";
import { MetricsServer } from "../../src/metrics/server.js";
import { type HeldSource, heldSource, liveInterface, meteringThread, storeStatus } from "../support/metrics_source.js";
import { seriesOf } from "../support/metrics_text.js";
import { until } from "../support/program.js";

async function serve(t: ExecutionContext, source: HeldSource = heldSource()): Promise<MetricsServer> {
  const server = await MetricsServer.open({ host: "127.0.0.1", port: 0 }, source);
  t.teardown(() => server.close());
  return server;
}

interface Response {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

async function ask({ address }: MetricsServer, path: string, method = "GET"): Promise<Response> {
  const question = request({ ...address, path, method, agent: false });
  question.end();
  const [answer] = await once(question, "response");
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece);
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces).toString() };
}

/** Opens a connection and sends `text`. */
async function say({ address }: MetricsServer, text: string): Promise<{ socket: Socket; heard: () => string }> {
  const socket = connect(address.port, address.host);
  let heard = "";
  socket.on("data", (piece) => {
    heard += piece;
  });
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write(text);
  return { socket, heard: () => heard };
}

test("/metrics is Prometheus' text format", async (t) => {
  const server = await serve(t, heldSource({ meters: [meteringThread(0, [liveInterface("eth1", { delivered: 7 })])] }));
  const { status, headers, body } = await ask(server, "/metrics");
  t.is(status, 200);
  t.is(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
  t.is(seriesOf(body).get('flowtap_capture_delivered_packets_total{interface="eth1"}'), 7);
  t.true(body.endsWith("\n"));
});

test("a query does not change the path", async (t) => {
  t.is((await ask(await serve(t), "/healthz?verbose=1")).status, 200);
});

test("/healthz is 200 before the start and in life, 503 with a reason when a thread stands still", async (t) => {
  const source = heldSource();
  const server = await serve(t, source);
  t.like(await ask(server, "/healthz"), { status: 200, body: "ok\n" });
  source.meters = [meteringThread(0, [])];
  t.is((await ask(server, "/healthz")).status, 200);
  source.meters = [meteringThread(0, [], { heartbeat: (Date.now() - 60_000) * 1000 })];
  const { status, body } = await ask(server, "/healthz");
  t.is(status, 503);
  t.regex(body, /^metering thread 0 has stood still for 6\d s\n$/);
});

test("/readyz tells every condition", async (t) => {
  const source = heldSource({ store: storeStatus() });
  const server = await serve(t, source);
  const early = await ask(server, "/readyz");
  t.is(early.status, 503);
  t.is(early.headers["content-type"], "application/json");
  t.deepEqual(JSON.parse(early.body), {
    ready: false,
    conditions: {
      meter: { ok: false, reason: "the meter has not started" },
      interfaces: { ok: true },
      store: { ok: true },
      outputs: { ok: true },
    },
  });
  source.meters = [meteringThread(0, [liveInterface("eth1")])];
  const later = await ask(server, "/readyz");
  t.is(later.status, 200);
  t.true(JSON.parse(later.body).ready);
});

test("/version names what is running", async (t) => {
  const { status, body } = await ask(await serve(t), "/version");
  t.is(status, 200);
  t.like(JSON.parse(body), { node: process.versions.node, libpcap: "1.10.3" });
  t.regex(JSON.parse(body).flowtap, /^\d+\.\d+\.\d+/);
});

test("HEAD has the headers of GET and no body", async (t) => {
  const server = await serve(t);
  for (const path of ["/healthz", "/version", "/nothing"]) {
    const get = await ask(server, path);
    const head = await ask(server, path, "HEAD");
    t.is(head.body, "");
    t.is(head.status, get.status);
    t.is(head.headers["content-length"], String(get.body.length));
    t.is(head.headers["content-type"], get.headers["content-type"]);
  }
});

test("other paths are 404, other methods 405", async (t) => {
  const server = await serve(t);
  for (const path of ["/", "/metrics/", "/METRICS", "/../metrics", "//metrics", "/%6detrics", `/${"x".repeat(4000)}`])
    t.is((await ask(server, path)).status, 404, path);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const { status, headers } = await ask(server, "/metrics", method);
    t.is(status, 405);
    t.is(headers.allow, "GET, HEAD");
  }
});

test("a source that fails is one line and 500, and the next scrape works", async (t) => {
  const source = heldSource();
  const server = await serve(t, source);
  Object.defineProperty(source, "outputs", {
    configurable: true,
    get: () => {
      throw new Error("no such output\nat line 7");
    },
  });
  t.like(await ask(server, "/metrics"), { status: 500, body: "no such output\n" });
  Object.defineProperty(source, "outputs", { value: [] });
  t.is((await ask(server, "/metrics")).status, 200);
});

test("a connection serves one request", async (t) => {
  const { socket, heard } = await say(await serve(t), "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2));
  await once(socket, "close");
  t.is(heard().split("HTTP/1.1 200 OK").length - 1, 1);
  t.regex(heard(), /Connection: close/i);
});

test("what is no HTTP, and headers without end, end the connection", async (t) => {
  const server = await serve(t);
  const noise = await say(server, "\x16\x03\x01\x02\r\n\r\n");
  await once(noise.socket, "close");
  t.regex(noise.heard(), /^HTTP\/1\.1 400 /);
  const long = await say(server, `GET /healthz HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(100_000)}`);
  await once(long.socket, "close");
  t.regex(long.heard(), /^HTTP\/1\.1 431 /);
  t.is((await ask(server, "/healthz")).status, 200);
});

test("clients beyond the limit are turned away; the others are served, and places come back", async (t) => {
  const server = await serve(t);
  const held = await Promise.all(Array.from({ length: 60 }, () => say(server, "GET /healthz HTTP/1.1\r\n")));
  const closed = () => held.filter(({ socket }) => socket.destroyed).length;
  await until(() => closed() === 28, "28 of 60 connections turned away");
  for (const { socket } of held.filter((each) => !each.socket.destroyed)) socket.end("Host: a\r\n\r\n");
  await until(() => closed() === 60, "all connections closed");
  t.is(held.filter(({ heard }) => heard().startsWith("HTTP/1.1 200 OK")).length, 32);
  t.is((await ask(server, "/healthz")).status, 200);
});

test("clients that never finish their headers are cut off", async (t) => {
  const { socket, heard } = await say(await serve(t), "GET /healthz HTTP/1.1\r\nHost: a\r\n");
  await once(socket, "close");
  t.regex(heard(), /^HTTP\/1\.1 408 /);
});

test("an address that is taken is one line that names the switch", async (t) => {
  const { address } = await serve(t);
  const error = await t.throwsAsync(MetricsServer.open(address, heldSource()), { instanceOf: OutputError });
  t.is(error?.message, `--metrics ${listenText(address)}: another program listens there already`);
});

test("an address of another host is one line, too", async (t) => {
  await t.throwsAsync(MetricsServer.open(parseListen("192.0.2.1:9469"), heldSource()), {
    instanceOf: OutputError,
    message: "--metrics 192.0.2.1:9469: this host does not have that address",
  });
});

test("closing ends connections that are open", async (t) => {
  const server = await MetricsServer.open(parseListen("0"), heldSource());
  const { socket } = await say(server, "GET /healthz HTTP/1.1\r\n");
  await server.close();
  await until(() => socket.closed, "the end of the connection");
  await t.throwsAsync(ask(server, "/healthz"), { code: "ECONNREFUSED" });
});
