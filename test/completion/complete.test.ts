import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "ava";
import { COMMANDS } from "../../src/cli/commands.js";
import { complete } from "../../src/completion/complete.js";
import { completionText } from "../../src/completion/print.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const SITE = scratch.write(
  "silk.conf",
  `version 2
sensor 0 S0 "uplink"
sensor 1 Lab
class all
  sensors S0 Lab
  type 0 in in
  type 1 out out
  type 2 inweb iw
  default-types in
end class
default-class all
`,
);
const FOLDER = `${dirname(SITE)}/`;

async function words(...line: readonly string[]): Promise<readonly string[]> {
  return (await complete(line)).candidates.map(({ word }) => word);
}

test("commands, topics and shells complete the words behind flowtap", async (t) => {
  t.deepEqual(await words("flowtap", "fi"), ["filter", "fileinfo"]);
  t.deepEqual(await words("flowtap", ""), [...COMMANDS.map(({ name }) => name), "help"]);
  t.deepEqual(await words("flowtap", "help", "ti"), ["times"]);
  t.deepEqual(await words("flowtap", "completion", "z"), ["zsh"]);
  t.deepEqual(await words("flowtap", "nosuch", ""), []);
});

test("switches come once, with = where an argument must follow, and not again when they may not be repeated", async (t) => {
  t.deepEqual(await words("rwcut", "--num"), ["--num-recs="]);
  t.deepEqual(await words("rwcut", "--num-recs=5", "--num"), []);
  t.deepEqual(await words("rwsetcat", "--cidr"), ["--cidr-blocks"]);
  t.deepEqual(await words("/usr/bin/rwfilter", "--pass-destination=x", "--pass"), ["--pass-destination="]);
  t.is((await complete(["rwcut", "--num"])).ending, "none");
  t.is((await complete(["rwcut", "--no-"])).ending, "blank");
  const all = await words("rwfilter", "--");
  t.is(new Set(all).size, all.length);
});

test("switches of older scripts are not offered", async (t) => {
  t.false((await words("rwcut", "--")).includes("--legacy-timestamps"));
});

test("fields complete within a list, without those that are in it", async (t) => {
  t.deepEqual(await words("rwcut", "--fields=sip,dp"), ["--fields=sip,dport"]);
  t.deepEqual(await words("rwcut", "--fields", "sip,dp"), ["sip,dport"]);
  t.deepEqual(await words("rwcut", "--fields=dport,dp"), []);
  t.is((await complete(["rwcut", "--fields=sip,dp"])).ending, "none");
  t.deepEqual(await words("rwuniq", "--values=Rec"), ["--values=records"]);
  t.deepEqual(await words("flowtap", "meter", "--fields=sourceTr"), ["--fields=sourceTransportPort"]);
});

test("sensors, classes and types are those of the site that the line names", async (t) => {
  const site = `--site-config-file=${SITE}`;
  t.deepEqual(await words("rwfilter", site, "--sensors=S0,"), ["--sensors=S0,Lab"]);
  t.deepEqual(await words("rwfilter", site, "--type=in"), ["--type=in", "--type=inweb"]);
  t.deepEqual(await words("rwfilter", site, "--flowtypes="), [
    "--flowtypes=all/in",
    "--flowtypes=all/out",
    "--flowtypes=all/inweb",
  ]);
  t.deepEqual(await words("rwfilter", "--site-config-file", SITE, "--class="), ["--class=all"]);
  t.deepEqual(await words("rwfilter", "--site-config-file=/nonexistent", "--type=innu"), ["--type=innull"]);
});

test("words that a switch takes are offered, an abbreviated switch is understood", async (t) => {
  t.deepEqual(await words("rwcount", "--load=time"), ["--load=time-proportional"]);
  t.deepEqual(await words("flowtap", "meter", "--promiscuous", ""), ["on", "off"]);
  t.true((await words("flowtap", "meter", "-i", "l")).includes("lo"));
  t.deepEqual(await words("rwcut", "--timestamp-format=iso,lo"), ["--timestamp-format=iso,local"]);
});

test("files of sets, bags and maps come before others, which come when there are none", async (t) => {
  for (const name of ["hosts.set", "hosts.bag", "nets.pmap", "flows.rw"]) scratch.write(name, "");
  mkdirSync(`${FOLDER}folder`, { recursive: true });
  const inFolder = async (...line: readonly string[]) => (await words(...line)).map((each) => each.replace(FOLDER, ""));
  t.deepEqual(await inFolder("rwsetcat", FOLDER), ["folder/", "hosts.set"]);
  t.deepEqual(await inFolder("rwfilter", `--sipset=${FOLDER}`), ["--sipset=folder/", "--sipset=hosts.set"]);
  t.deepEqual(await inFolder("rwbagcat", "--mask-set", `${FOLDER}h`), ["hosts.set"]);
  t.deepEqual(await inFolder("rwbagcat", FOLDER), ["folder/", "hosts.bag"]);
  t.deepEqual(await inFolder("rwcut", `--pmap-file=${FOLDER}`), ["--pmap-file=folder/", "--pmap-file=nets.pmap"]);
  t.deepEqual(await inFolder("rwcut", `${FOLDER}f`), ["flows.rw", "folder/"]);
  t.deepEqual(await inFolder("rwfilter", `--data-rootdir=${FOLDER}`), ["--data-rootdir=folder/"]);
  t.is((await complete(["rwsetcat", FOLDER])).kind, "files");
  t.deepEqual(await inFolder("rwsetcat", `${FOLDER}fl`), ["flows.rw"]);
  t.deepEqual(await inFolder("rwsetcat", `${FOLDER}nosuchfolder/`), []);
});

test("fields of a prefix map are offered behind its --pmap-file", async (t) => {
  const place = new Scratch();
  t.teardown(() => place.remove());
  const text = place.write("nets.txt", "map-name nets\n10.0.0.0/8 in\n");
  const { run } = await import("../support/program.js");
  const map = join(place.path, "made.pmap");
  await run(["pmapbuild", `--input-path=${text}`, `--output-path=${map}`]);
  t.deepEqual(await words("rwcut", `--pmap-file=${map}`, "--fields=src-"), ["--fields=src-nets"]);
  t.true((await words("rwfilter", `--pmap-file=${map}`, "--pmap-s")).includes("--pmap-src-nets="));
  t.deepEqual(await words("rwcut", "--pmap-file=/nonexistent", "--fields=src-"), []);
});

test("names with line breaks or tabs cannot pass for other candidates", async (t) => {
  scratch.write("odd\nname.txt", "");
  t.is(await completionText(["rwsetcat", `${FOLDER}odd`]), "files blank\n");
});
