/** Asks name servers for the names of addresses, a limited number at a time. */
import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { ArgumentError } from "../errors.js";
import { Bounded } from "./bounded.js";

/** Queries for one name, each with an equal share of the time. */
const TRIES = 2;

export interface LookupOptions {
  /** Name servers, `ADDRESS` or `ADDRESS:PORT`, IPv6 with a port as `[ADDRESS]:PORT`; none for those of the system. */
  readonly servers: readonly string[];
  /** Queries under way at a time. */
  readonly most: number;
  /** Milliseconds for one name. */
  readonly patience: number;
}

export class ReverseLookup {
  readonly #resolver: Resolver;
  readonly #bounded: Bounded;
  readonly #patience: number;

  constructor({ servers, most, patience }: LookupOptions) {
    this.#resolver = new Resolver({ timeout: Math.ceil(patience / TRIES), tries: TRIES });
    if (servers.length > 0) this.#resolver.setServers(servers);
    this.#bounded = new Bounded(most);
    this.#patience = patience;
  }

  /** The first name of an address; undefined when it has none, or none was heard of in time. Never rejects. */
  async nameOf(address: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#bounded
        .run(async () => {
          const ended = new AbortController();
          const asked = this.#resolver
            .reverse(address)
            .then(([name]) => name)
            .catch(() => undefined);
          const late = pause(this.#patience, undefined, { signal: ended.signal }).catch(() => undefined);
          resolve(await Promise.race([asked, late]));
          ended.abort();
          // A query that nobody waits for any longer still counts as one under way.
          await asked;
        })
        .catch(() => resolve(undefined));
    });
  }

  /** Gives up what is under way. */
  cancel(): void {
    this.#resolver.cancel();
  }
}

/**
 * The name servers in a list.
 *
 * @throws ArgumentError naming the one that is no address
 */
export function serverList(given: string): readonly string[] {
  return given.split(",").map((each) => {
    const server = each.trim();
    const [, address, port] = /^\[([^\]]*)\](?::(\d+))?$/.exec(server) ??
      /^([^:]*):(\d+)$/.exec(server) ?? [server, server];
    const goodPort = port === undefined || (Number(port) > 0 && Number(port) <= 65535);
    if (isIP(address ?? "") === 0 || !goodPort)
      throw new ArgumentError("servers", `'${server}' is not an address or ADDRESS:PORT`, "servers", given);
    return server;
  });
}

/** Libraries and functions that SiLK's rwresolve can be told to ask. Here they all mean the one there is. */
const RESOLVERS = ["c-ares", "adns", "getnameinfo", "gethostbyaddr"];

/** @throws ArgumentError for a name that is not one of SiLK's resolvers */
export function checkResolver(given: string | undefined): void {
  if (given !== undefined && !RESOLVERS.includes(given))
    throw new ArgumentError("resolver", `Expected one of ${RESOLVERS.join(", ")}`, "resolver", given);
}
