/** Debian's Prometheus on a loopback port of its own, which scrapes what a test serves. */
import { freeTcpPort } from "./collectors.js";
import { type Running, startCommand } from "./program.js";
import { Scratch } from "./scratch.js";

/** One series of an answer. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface PrometheusOptions {
  /** `host:port` of what is scraped, as job `flowtap`. */
  readonly target: string;
  /** Absolute paths of rule files. */
  readonly rules: readonly string[];
}

export class Prometheus {
  readonly #running: Running;
  readonly #scratch: Scratch;
  readonly #url: string;

  private constructor(running: Running, scratch: Scratch, url: string) {
    this.#running = running;
    this.#scratch = scratch;
    this.#url = url;
  }

  /** Starts it; it may not answer yet. */
  static async start({ target, rules }: PrometheusOptions): Promise<Prometheus> {
    const scratch = new Scratch();
    // JSON is YAML.
    const configuration = scratch.write(
      "prometheus.yaml",
      JSON.stringify({
        global: { scrape_interval: "500ms", scrape_timeout: "500ms", evaluation_interval: "500ms" },
        rule_files: rules,
        scrape_configs: [{ job_name: "flowtap", static_configs: [{ targets: [target] }] }],
      }),
    );
    const address = `127.0.0.1:${await freeTcpPort()}`;
    const running = startCommand("prometheus", [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${scratch.path}/data`,
      `--web.listen-address=${address}`,
      "--log.level=warn",
    ]);
    return new Prometheus(running, scratch, `http://${address}`);
  }

  /** The series that an expression has now. */
  async query(expression: string): Promise<Series[]> {
    const path = `/api/v1/query?query=${encodeURIComponent(expression)}`;
    const { result } = (await this.#ask(path)) as { result: { metric: Series["metric"]; value: [number, string] }[] };
    return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  /** Rules by name, and the error of their last evaluation, if any. */
  async rules(): Promise<{ readonly name: string; readonly lastError?: string }[]> {
    const { groups } = (await this.#ask("/api/v1/rules")) as { groups: { rules: { name: string }[] }[] };
    return groups.flatMap(({ rules }) => rules);
  }

  /** Asks again until `enough` holds for the series of an expression. */
  async until(expression: string, enough: (series: Series[]) => boolean): Promise<Series[]> {
    let last: unknown;
    for (let left = 200; left > 0; left--) {
      try {
        const series = await this.query(expression);
        if (enough(series)) return series;
        last = JSON.stringify(series);
      } catch (error) {
        last = error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`never came: ${expression}; last: ${last}`);
  }

  async stop(): Promise<void> {
    this.#running.child.kill("SIGTERM");
    await this.#running.ended;
    this.#scratch.remove();
  }

  async #ask(path: string): Promise<unknown> {
    const response = await fetch(this.#url + path);
    const answer = (await response.json()) as { status: string; data: unknown; error?: string };
    if (answer.status !== "success") throw new Error(`${path}: ${answer.error}`);
    return answer.data;
  }
}
