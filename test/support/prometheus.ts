/** Debian's Prometheus on a loopback port of its own, which scrapes what a test serves. */
import { freePort } from "./ports.js";
import { type Running, startCommand, until } from "./program.js";
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
        // A scrape that takes longer fails: this process may have other work.
        global: { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "500ms" },
        rule_files: rules,
        scrape_configs: [{ job_name: "flowtap", static_configs: [{ targets: [target] }] }],
      }),
    );
    const address = `127.0.0.1:${await freePort()}`;
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
    let series: Series[] = [];
    let last: unknown;
    const asked = async (): Promise<boolean> => {
      try {
        series = await this.query(expression);
        last = JSON.stringify(series);
        return enough(series);
      } catch (error) {
        last = error;
        return false;
      }
    };
    await until(asked, expression).catch((error: Error) => {
      throw new Error(`${error.message}; last: ${last}`);
    });
    return series;
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
