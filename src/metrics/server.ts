import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { OutputError } from "../errors.js";
import { listenReason } from "../host/listen_reason.js";
import { packageVersion } from "../version.js";
import { deadReason, readiness } from "./health.js";
import { type ListenAddress, listenText } from "./listen.js";
import { MetricsRegistry } from "./registry.js";
import type { MetricsSource } from "./source.js";

/** Prometheus and a few people: what comes beyond is refused before it costs anything. */
const MOST_CONNECTIONS = 32;
/** Milliseconds that a client has for its headers, and for its whole request. */
const HEADERS_TIMEOUT = 5_000;
const REQUEST_TIMEOUT = 10_000;
/** Milliseconds between looks at clients that are too slow. */
const TIMEOUT_CHECKS = 1_000;
/** Milliseconds after which a connection on which nothing moves is cut, such as that of a client that does not read. */
const SILENCE_TIMEOUT = 10_000;
const LONGEST_HEADERS = 8 * 1024;

const TEXT = "text/plain; charset=utf-8";
const JSON_TYPE = "application/json";

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** What the sensor says over HTTP: metrics, health, versions. */
export class MetricsServer {
  /** Where it listens: the port that was found where 0 was asked for. */
  readonly address: ListenAddress;
  readonly #server: Server;

  private constructor(server: Server, address: ListenAddress) {
    this.#server = server;
    this.address = address;
  }

  /**
   * Listens from now on. What `source` says is read when somebody asks.
   *
   * @throws OutputError naming the switch when the address cannot be had
   */
  static async open(listen: ListenAddress, source: MetricsSource): Promise<MetricsServer> {
    const endpoint = new Endpoint(source);
    const server = createServer(
      {
        headersTimeout: HEADERS_TIMEOUT,
        requestTimeout: REQUEST_TIMEOUT,
        connectionsCheckingInterval: TIMEOUT_CHECKS,
        maxHeaderSize: LONGEST_HEADERS,
      },
      (request, response) => void respond(endpoint, request, response),
    );
    server.maxConnections = MOST_CONNECTIONS;
    server.setTimeout(SILENCE_TIMEOUT);
    server.listen(listen.port, listen.host);
    try {
      await once(server, "listening");
    } catch (error) {
      throw new OutputError(`--metrics ${listenText(listen)}: ${listenReason(error)}`);
    }
    // Errors of accepting, such as too many open files, pass: the next client is accepted again.
    server.on("error", () => {});
    const { port } = server.address() as AddressInfo;
    return new MetricsServer(server, { host: listen.host, port });
  }

  /** Ends at once, also with clients that are being served. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** What there is to say, by path. */
class Endpoint {
  readonly #source: MetricsSource;
  readonly #registry: MetricsRegistry;

  constructor(source: MetricsSource) {
    this.#source = source;
    this.#registry = new MetricsRegistry(source);
  }

  async answer(path: string): Promise<Answer> {
    switch (path) {
      case "/metrics":
        return { status: 200, type: this.#registry.contentType, body: await this.#registry.text() };
      case "/healthz": {
        const reason = deadReason(this.#source, Date.now());
        return { status: reason === undefined ? 200 : 503, type: TEXT, body: `${reason ?? "ok"}\n` };
      }
      case "/readyz": {
        const state = readiness(this.#source, Date.now());
        return { status: state.ready ? 200 : 503, type: JSON_TYPE, body: `${JSON.stringify(state)}\n` };
      }
      case "/version": {
        const versions = { flowtap: packageVersion(), node: process.versions.node, libpcap: this.#source.libpcap };
        return { status: 200, type: JSON_TYPE, body: `${JSON.stringify(versions)}\n` };
      }
      default:
        return { status: 404, type: TEXT, body: "there are /metrics, /healthz, /readyz and /version\n" };
    }
  }
}

async function respond(endpoint: Endpoint, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // One request a connection: nobody holds one of the few places while asking nothing.
  response.shouldKeepAlive = false;
  const { method } = request;
  if (method !== "GET" && method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    send(response, { status: 405, type: TEXT, body: "only GET and HEAD\n" });
    return;
  }
  const [path] = (request.url ?? "").split("?", 1);
  try {
    send(response, await endpoint.answer(path ?? ""));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    send(response, { status: 500, type: TEXT, body: `${reason.split("\n", 1)[0]}\n` });
  }
}

/** Node leaves the body out where the request was HEAD. */
function send(response: ServerResponse, { status, type, body }: Answer): void {
  const octets = Buffer.from(body);
  response.writeHead(status, {
    "Content-Type": type,
    "Content-Length": octets.length,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  response.end(octets);
}
