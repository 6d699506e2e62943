/** rwstats --overall-stats and --detail-proto-stats: how octets, packets and packet sizes are spread. */
import type { Arguments } from "../cli/switches.js";
import { fixed } from "../text/fixed.js";
import { type TextOutput, withTextOutput } from "../text/output.js";
import { type TableColumn, type TableStyle, tableLine, tableStyle, titleLine } from "../text/table.js";
import type { FlowQuery } from "./flow_query.js";
import { integerList } from "./values/number.js";

/** Upper ends of the intervals of each quantity. */
interface Intervals {
  readonly bytes: readonly number[];
  readonly packets: readonly number[];
  readonly bytesPerPacket: readonly number[];
}

const HIGHEST = 4294967295;
const PACKETS = [3, 4, 10, 20, 50, 100, 500, 1000, 10000, HIGHEST];

const GENERAL: Intervals = {
  bytes: [40, 60, 100, 150, 256, 1000, 10000, 100000, 1000000, HIGHEST],
  packets: PACKETS,
  bytesPerPacket: [40, 44, 60, 100, 200, 400, 600, 800, 1500, HIGHEST],
};

const UDP: Intervals = {
  bytes: [20, 40, 80, 130, 256, 1000, 10000, 100000, 1000000, HIGHEST],
  packets: PACKETS,
  bytesPerPacket: [20, 24, 40, 100, 200, 400, 600, 800, 1500, HIGHEST],
};

const QUANTITIES = [
  { title: "BYTES", key: "bytes", sql: "bytes" },
  { title: "PACKETS", key: "packets", sql: "packets" },
  { title: "BYTES/PACKET", key: "bytesPerPacket", sql: "(bytes // greatest(packets, 1))" },
] as const;

/** What is counted of one quantity. */
interface Distribution {
  readonly least: number;
  readonly most: number;
  /** Flows in each interval. */
  readonly counts: readonly number[];
}

function intervalsOf(protocol: number | undefined): Intervals {
  return protocol === 17 ? UDP : GENERAL;
}

/** Aggregates of all quantities: least, most, and the flows of each interval. */
function aggregates(intervals: Intervals): string {
  return QUANTITIES.flatMap(({ key, sql }) => {
    const ends = intervals[key];
    const counts = ends.map((end, k) => {
      const above = k === 0 ? "" : `${sql} > ${ends[k - 1]} AND `;
      const below = k === ends.length - 1 ? "true" : `${sql} <= ${end}`;
      return `count(*) FILTER (WHERE ${above}${below})::BIGINT`;
    });
    return [`coalesce(min(${sql}), 0)::BIGINT`, `coalesce(max(${sql}), 0)::BIGINT`, ...counts];
  }).join(", ");
}

/** The value below which so many flows are, as if they were spread evenly over their interval. */
function quantile(position: number, ends: readonly number[], counts: readonly number[]): number {
  let before = 0;
  for (let k = 0; k < counts.length; k++) {
    const count = counts[k]!;
    if (count > 0 && before + count >= position) {
      const low = k === 0 ? 0 : ends[k - 1]!;
      return low + ((position - before) / count) * (ends[k]! - low);
    }
    before += count;
  }
  return 0;
}

const columns = (share: string): readonly TableColumn[] => [
  { title: "interval_max", width: 15 },
  { title: "count<=max", width: 10 },
  { title: share, width: 10 },
  { title: "cumul_%", width: 10 },
];

function printDistribution(
  title: string,
  { least, most, counts }: Distribution,
  ends: readonly number[],
  share: string,
  style: TableStyle,
  output: TextOutput,
): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const [low, middle, high] = [1, 2, 3].map((quarter) => quantile(Math.floor((total * quarter) / 4), ends, counts));
  output.add(`*${title} min ${least}; max ${most}\n`);
  const [lq, med, uq, between] = [low!, middle!, high!, high! - low!].map((value) => fixed(value, 5));
  output.add(`  quartiles LQ ${lq} Med ${med} UQ ${uq} UQ-LQ ${between}\n`);
  output.add(titleLine(columns(share), style));
  let cumulated = 0;
  counts.forEach((count, k) => {
    cumulated += count;
    const percent = (value: number) => (total === 0 ? "0.000000" : fixed((100 * value) / total, 6));
    const cells = [String(ends[k]), String(count), percent(count), percent(cumulated)];
    output.add(tableLine(columns(share), cells, style));
  });
}

/** Prints the distributions of all flows, then of the protocols asked for; returns the exit status. */
export async function runProtocolStats(query: FlowQuery, args: Arguments): Promise<number> {
  const style = tableStyle(args);
  const given = args.value("detail-proto-stats");
  const protocols =
    given === undefined
      ? []
      : integerList(given, 0, 255, { option: "detail-proto-stats", what: "detail-proto-stats", given }).flatMap(
          ({ low, high }) => Array.from({ length: high - low + 1 }, (_, k) => low + k),
        );
  const engine = await query.engine();
  const wanted = [undefined, ...new Set(protocols)];
  // One scan for all: a stream can be read once.
  const lists = wanted.map((protocol) => {
    const list = aggregates(intervalsOf(protocol));
    return protocol === undefined ? list : ofProtocol(list, protocol);
  });
  const [values = []] = await engine.numbers(
    query.statement(`SELECT count(*)::BIGINT, ${lists.join(", ")} FROM flows`),
  );
  const total = values[0]!;
  let at = 1;
  await withTextOutput(args, async (output) => {
    for (const protocol of wanted) {
      const intervals = intervalsOf(protocol);
      const distributions = QUANTITIES.map(({ key }): Distribution => {
        const start = at;
        at += 2 + intervals[key].length;
        return { least: values[start]!, most: values[start + 1]!, counts: values.slice(start + 2, at) };
      });
      const records = distributions[0]!.counts.reduce((sum, count) => sum + count, 0);
      output.add(
        protocol === undefined
          ? `FLOW STATISTICS--ALL PROTOCOLS:  ${total} records\n`
          : `\nFLOW STATISTICS--PROTOCOL ${protocol}:  ${records}/${total} records\n`,
      );
      const share = protocol === undefined ? "%_of_input" : "%_of_proto";
      QUANTITIES.forEach(({ title, key }, k) => {
        printDistribution(title, distributions[k]!, intervals[key], share, style, output);
      });
    }
  });
  return 0;
}

/** The same aggregates over the flows of one protocol. */
function ofProtocol(list: string, protocol: number): string {
  return list
    .replaceAll("FILTER (WHERE ", `FILTER (WHERE proto = ${protocol} AND `)
    .replaceAll(
      /(min|max)\(((?:bytes|packets)|\(bytes \/\/ greatest\(packets, 1\)\))\)/g,
      `$1($2) FILTER (WHERE proto = ${protocol})`,
    );
}
