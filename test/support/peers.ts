/** Collectors of other projects, each on a port of its own on loopback, that a test exports to and then asks. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./ports.js";
import { until } from "./program.js";
import { Scratch } from "./scratch.js";
import { untilBound, untilRead } from "./udp_socket.js";

/** What a collector made of the flows; each direction of a flow counts where the format has one-way records. */
export interface CollectedSums {
  readonly records: number;
  readonly packets: number;
  readonly octets: number;
}

const NOTHING: CollectedSums = { records: 0, packets: 0, octets: 0 };

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
  child.kill(signal);
  await exited;
  clearTimeout(timer);
}

/** nfdump's collector. */
export class Nfcapd {
  readonly #scratch = new Scratch();
  readonly #child: ChildProcess;

  private constructor(readonly port: number) {
    const buffer = ["-B", String(4 * 1024 * 1024)];
    const args = ["-b", "127.0.0.1", "-p", String(port), "-l", this.#scratch.path, "-t", "3600", ...buffer];
    this.#child = spawn("nfcapd", args, { stdio: "ignore" });
  }

  static async start(): Promise<Nfcapd> {
    const collector = new Nfcapd(await freePort());
    try {
      await untilBound(collector.#child.pid ?? 0, collector.port);
    } catch (error) {
      collector.#child.kill("SIGKILL");
      collector.#scratch.remove();
      throw error;
    }
    return collector;
  }

  /**
   * Ends the collector when it has read what came, and says what nfdump reads from its file: records, and packets and
   * octets in and out.
   */
  async stop(): Promise<CollectedSums> {
    try {
      await untilRead(this.#child.pid ?? 0, this.port);
      await end(this.#child, "SIGTERM");
      const file = readdirSync(this.#scratch.path).find((name) => /^nfcapd\.\d+$/.test(name));
      if (file === undefined) return NOTHING;
      const format = "fmt:%ipkt,%opkt,%ibyt,%obyt";
      const args = ["-r", join(this.#scratch.path, file), "-q", "-N", "-6", "-o", format];
      const { stdout } = spawnSync("nfdump", args, { encoding: "utf8", maxBuffer: 1 << 28 });
      const sums = { ...NOTHING };
      for (const line of stdout.split("\n")) {
        const values = line.split(",").map((value) => Number(value));
        if (values.length !== 4 || values.some(Number.isNaN)) continue;
        const [packetsIn, packetsOut, octetsIn, octetsOut] = values as [number, number, number, number];
        sums.records++;
        sums.packets += packetsIn + packetsOut;
        sums.octets += octetsIn + octetsOut;
      }
      return sums;
    } finally {
      this.#scratch.remove();
    }
  }
}

/** pmacct's collector, printing what it aggregates by addresses, ports and protocol. */
export class Nfacctd {
  readonly #scratch = new Scratch();
  readonly #child: ChildProcess;

  private constructor(readonly port: number) {
    const configuration = this.#scratch.write(
      "nfacctd.conf",
      [
        "daemonize: false",
        "nfacctd_ip: 127.0.0.1",
        `nfacctd_port: ${port}`,
        "plugins: print",
        "plugin_buffer_size: 2048",
        "plugin_pipe_size: 4096000",
        "print_output: json",
        `print_output_file: ${this.#output}`,
        "print_output_file_append: true",
        "print_refresh_time: 1",
        "aggregate: src_host,dst_host,src_port,dst_port,proto",
        "",
      ].join("\n"),
    );
    this.#child = spawn("nfacctd", ["-f", configuration], { stdio: "ignore" });
  }

  static async start(): Promise<Nfacctd> {
    const collector = new Nfacctd(await freePort());
    try {
      await untilBound(collector.#child.pid ?? 0, collector.port);
    } catch (error) {
      collector.#child.kill("SIGKILL");
      collector.#scratch.remove();
      throw error;
    }
    return collector;
  }

  get #output(): string {
    return join(this.#scratch.path, "flows.json");
  }

  /**
   * Ends the collector, which makes it print what it holds back until a buffer is full, and says what it has printed:
   * all of it, or at least as many packets as are waited for.
   */
  async stop(packets: number): Promise<CollectedSums> {
    try {
      // What lies in its socket would not be read any more.
      await untilRead(this.#child.pid ?? 0, this.port);
      await end(this.#child, "SIGINT");
      await until(() => this.#printed().packets >= packets, `${packets} packets from nfacctd`).catch(() => {});
      return this.#printed();
    } finally {
      this.#scratch.remove();
    }
  }

  #printed(): CollectedSums {
    if (!existsSync(this.#output)) return NOTHING;
    const sums = { ...NOTHING };
    for (const line of readFileSync(this.#output, "utf8").split("\n")) {
      if (!line.endsWith("}")) continue;
      const { packets, bytes } = JSON.parse(line) as { packets: number; bytes: number };
      sums.records++;
      sums.packets += packets;
      sums.octets += bytes;
    }
    return sums;
  }
}
