// Sets and bags of very many addresses: time beside a Set of strings in JavaScript, and memory.
import { execFileSync } from "node:child_process";
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { literal } from "../src/query/dialect.js";
import { Engine } from "../src/query/engine.js";
import { environment, measure, medians, type Run } from "./measure.js";

export interface ManyOptions {
  readonly folder: string;
  readonly store: string;
  /** Switches that select all flows of the store. */
  readonly selection: string;
  readonly flows: number;
  readonly runs: number;
}

/** rwset of the sources of at most 10 M flows, and a script that puts the same addresses as text into a Set. */
export function setBesideStrings({ folder, selection, flows, runs }: ManyOptions): void {
  const count = Math.min(flows, 10_000_000);
  const parquet = join(folder, `some-${count}.parquet`);
  const text = join(folder, `some-${count}.txt`);
  const shell = (command: string) => execFileSync("bash", ["--norc", "-c", command], { env: environment });
  if (!existsSync(text)) {
    shell(
      `rm -f ${parquet}; rwfilter ${selection} --protocol=0- --output-format=parquet --max-pass-records=${count} --pass=${parquet}`,
    );
    shell(`rwcut ${parquet} --fields=sip --no-titles --delimited > ${text}.part && mv ${text}.part ${text}`);
  }
  const ours: Run[] = [];
  const theirs: Run[] = [];
  for (let run = 0; run < runs; run++) {
    ours.push(measure(`rwset --sip-file=stdout ${parquet}`, folder));
    theirs.push(measure(`node build/js/bench/set_of_strings.js ${text}`, folder));
  }
  const [set, strings] = [medians(ours), medians(theirs)];
  console.log(`\n| sources of ${count / 1e6} M flows | s, CPU s, MiB | ratio of s | goal |\n|---|---|---|---|`);
  console.log(`| rwset | ${set.text} | ${(strings.wall / set.wall).toFixed(1)} | 4 |`);
  console.log(`| a Set of strings in JavaScript | ${strings.text} | | |`);
}

/** Commands over flows of which two fifths are sources of their own. */
export async function memoryOfMany({ folder, store, flows }: ManyOptions): Promise<void> {
  const path = join(folder, `many-${flows}.parquet`);
  const sources = Math.floor(flows * 0.4);
  if (!existsSync(path)) {
    const engine = await Engine.open();
    // Multiplied by an odd number, 0, 1, 2 … are as many different addresses in no order.
    const address = `281470681743360 + (((row_number() OVER ()) % ${sources}) * 2654435761) % 4294967296`;
    await engine.run(
      `COPY (SELECT * REPLACE ((${address})::UBIGINT AS sip_lo) FROM read_parquet(${literal(`${store}/*/*/*/*/*.parquet`)})) ` +
        `TO ${literal(`${path}.part`)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    engine.close();
    renameSync(`${path}.part`, path);
  }
  const [bag, set] = [join(folder, "many.bag"), join(folder, "many.set")];
  execFileSync("rm", ["-f", bag, set]);
  console.log(`\n| ${flows / 1e6} M flows of ${sources / 1e6} M sources | s | CPU s | MiB |\n|---|---|---|---|`);
  for (const [name, command] of [
    ["rwset of sources", `rwset --sip-file=${set} ${path}`],
    ["rwbag of octets by source", `rwbag --bag-file=sIPv4,sum-bytes,${bag} ${path}`],
    ["rwsetcat --count-ips", `rwsetcat --count-ips ${set}`],
    ["rwsettool --union of it and itself", `rwsettool --union ${set} ${set}`],
    ["rwbagcat of the bag", `rwbagcat ${bag}`],
    ["rwbagtool --add of it and itself", `rwbagtool --add ${bag} ${bag}`],
    ["rwbagtool --coverset", `rwbagtool --coverset ${bag}`],
    ["rwfilter by the set", `rwfilter --sipset=${set} --print-statistics ${path}`],
  ] as const) {
    const { wall, cpu, memory } = measure(command, folder);
    console.log(`| ${name} | ${wall.toFixed(1)} | ${cpu.toFixed(1)} | ${memory.toFixed(0)} |`);
  }
}
