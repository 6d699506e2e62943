/** Reads Prometheus' text format as far as tests need it, without prom-client. */
import { runIn } from "./namespaces.js";

/** Values by series as they stand: `name{label="value"}`. */
export function seriesOf(text: string): Map<string, number> {
  const series = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const space = line.lastIndexOf(" ");
    const name = line.slice(0, space);
    if (series.has(name)) throw new Error(`${name} stands there twice`);
    series.set(name, Number(line.slice(space + 1)));
  }
  return series;
}

/** The sum of all series of one metric. */
export function sumOf(series: ReadonlyMap<string, number>, metric: string, label = ""): number {
  let sum = 0;
  for (const [name, value] of series) if (name.replace(/\{.*/, "") === metric && name.includes(label)) sum += value;
  return sum;
}

/** What a sensor in a network namespace serves on a port of its loopback interface. */
export async function scraped(namespace: string, port: number): Promise<Map<string, number>> {
  const ask = `fetch("http://127.0.0.1:${port}/metrics").then((r) => r.text()).then((text) => process.stdout.write(text))`;
  const { status, stdout, stderr } = await runIn(namespace, process.execPath, ["-e", ask]);
  if (status !== 0) throw new Error(stderr);
  return seriesOf(stdout);
}
