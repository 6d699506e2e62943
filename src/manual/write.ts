/**
 * `node write.js FOLDER SESSIONS`: writes the manual pages to FOLDER/man1, man5 and man7, with the sessions that are in
 * SESSIONS/COMMAND.txt. SOURCE_DATE_EPOCH gives the day that the pages are of.
 */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS } from "../cli/commands.js";
import { commandPage } from "./command_page.js";
import { configurationPage } from "./configuration_page.js";
import { programPage } from "./program_page.js";
import { topicPage } from "./topic_page.js";
import { TOPICS } from "./topics.js";

const [folder, sessions] = process.argv.slice(2);
if (folder === undefined || sessions === undefined) {
  process.stderr.write("usage: write.js FOLDER SESSIONS\n");
  process.exit(2);
}

const epoch = process.env.SOURCE_DATE_EPOCH;
const date = epoch === undefined ? new Date() : new Date(Number(epoch) * 1000);

function write(name: string, section: number, text: string): void {
  const place = join(folder!, `man${section}`);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, `${name}.${section}`), text);
}

const filter = await COMMANDS.find(({ name }) => name === "filter")!.load();
const explainedByFilter: ReadonlyMap<string, string> = new Map(filter.switches.map(({ name, help }) => [name, help]));

write("flowtap", 1, programPage(COMMANDS, TOPICS, date));
write("flowtap.yaml", 5, configurationPage(date));
for (const entry of COMMANDS) {
  const command = await entry.load();
  const session = readFileSync(join(sessions, `${command.name}.txt`), "utf8");
  write(`flowtap-${command.name}`, 1, commandPage({ command, explainedByFilter, session, date }));
  if (command.silk !== undefined) symlinkSync(`flowtap-${command.name}.1`, join(folder, "man1", `${command.silk}.1`));
}
for (const entry of TOPICS) write(`flowtap-${entry.name}`, 7, topicPage(await entry.load(), date));
