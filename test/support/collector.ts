/** A live collector that a test talks to. */
import type { ExecutionContext } from "ava";
import { linesOf, type RunOptions, run, start, until } from "./program.js";
import { RunningSensor } from "./sensor.js";

export class RunningCollector {
  readonly service: RunningSensor;

  private constructor(service: RunningSensor) {
    this.service = service;
  }

  /** Starts `flowtap collect` and waits until it listens. */
  static async start(t: ExecutionContext, args: readonly string[], options?: RunOptions): Promise<RunningCollector> {
    const collector = new RunningCollector(
      new RunningSensor(t, start(["collect", "--log-format=json", ...args], options)),
    );
    await collector.service.says(/^collecting$/);
    return collector;
  }

  /** Ports of the listeners, in their order. */
  get ports(): number[] {
    return this.service.log.flatMap(({ place }) =>
      typeof place === "string" ? [Number(/:(\d+)$/.exec(place)![1])] : [],
    );
  }
}

/** Sums of flows. */
export interface FlowSums {
  readonly records: number;
  readonly packets: number;
  readonly octets: number;
}

/** What rwuniq says is in a store, of the flows that `filter` lets through. */
export async function storedSums(store: string, ...filter: string[]): Promise<FlowSums> {
  const args = ["--start-date=2000/01/01", "--end-date=2035/01/01", ...filter];
  if (!filter.some((each) => each.startsWith("--type"))) args.push("--type=all");
  const values = ["--fields=sensor", "--values=records,packets,bytes", "--no-titles", "--delimited=,"];
  const { status, stdout, stderr } = await run(["uniq", `--data-rootdir=${store}`, ...args, ...values]);
  if (status !== 0) throw new Error(stderr);
  const sums = { records: 0, packets: 0, octets: 0 };
  for (const line of linesOf(stdout)) {
    const [, records, packets, octets] = line.split(",").map(Number);
    sums.records += records!;
    sums.packets += packets!;
    sums.octets += octets!;
  }
  return sums;
}

/** The sums once there are `records`; what is there when they do not come. */
export async function storedSumsOf(store: string, records: number, ...filter: string[]): Promise<FlowSums> {
  let sums: FlowSums = { records: 0, packets: 0, octets: 0 };
  const enough = async (): Promise<boolean> => {
    sums = await storedSums(store, ...filter);
    return sums.records >= records;
  };
  await until(enough, `${records} records`).catch(() => {});
  return sums;
}
