import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import test from "ava";
import { Configuration } from "../../src/config/configuration.js";
import { configurationReference } from "../../src/config/document.js";
import { METER_SECTION } from "../../src/config/section.js";
import { checkSensor } from "../../src/config/sensor_check.js";
import { Scratch } from "../support/scratch.js";
import { typed } from "../support/typed.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const EXAMPLE = resolve("packaging", "flowtap.yaml");

async function problems(file: string): Promise<string[]> {
  const configuration = await Configuration.read(METER_SECTION, typed(), { file, environment: {} });
  return configuration.problems(checkSensor);
}

test("docs/configuration.md is what the tables of switches make", (t) => {
  t.is(readFileSync("docs/configuration.md", "utf8"), configurationReference(), "make docs writes it again");
});

test("the example that is installed is right, and every key in its comments, too", async (t) => {
  t.deepEqual(await problems(EXAMPLE), []);
  const lines = readFileSync(EXAMPLE, "utf8").split("\n");
  const keys = lines.flatMap((line) => /^ {2}# ([a-z-]+: .*)$/.exec(line)?.[1] ?? []);
  t.true(keys.length > 12);
  for (const [at, line] of keys.entries())
    t.deepEqual(
      (
        await problems(
          scratch.write(`${at}.yaml`, `meter:\n  store: /s\n  output: [ipfix+udp://a, ipfix+udp://b]\n  ${line}\n`),
        ).catch((error) => [`${error}`])
      ).filter((problem) => !/Map keys must be unique/.test(problem)),
      [],
      line,
    );
});

test("docs/operation.md names every signal, exit status and file of the service", (t) => {
  const text = readFileSync("docs/operation.md", "utf8");
  for (const word of [
    ...["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "CAP_NET_RAW", "CAP_BPF", "flowtap@", "monitoring.md"],
    ...["configuration.md", "/var/lib/flowtap", "/etc/flowtap/flowtap.yaml", "--shutdown-timeout", "NODE_OPTIONS"],
  ])
    t.true(text.includes(word), word);
  for (const status of [0, 1, 2, 3, 4]) t.regex(text, new RegExp(`^\\| ${status} \\|`, "m"));
});
