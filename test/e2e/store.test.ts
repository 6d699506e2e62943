import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { journalFolder, journalId } from "../../src/store/layout.js";
import { journalIds, listStore } from "../../src/store/listing.js";
import { pcap } from "../support/capture_writer.js";
import { CONVERSATION_START, datagrams } from "../support/conversation.js";
import { manyFlows } from "../support/many_flows.js";
import { linesOf, PROGRAM, run, runCommand, start, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { askStore, countRows, killWhileSealing } from "../support/store.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const OFFICE = join("pcaps", "office.pcap");

let stores = 0;
function newStore(): string {
  stores += 1;
  return join(scratch.path, `store${stores}`);
}

/** A capture of many flows whose last packet comes after a day: no replay of it ends before it is told to. */
function endless(name: string, flows: number): string {
  const last = pcap(datagrams(1, 1, CONVERSATION_START + 86_400_000_000)).subarray(24);
  return scratch.write(name, Buffer.concat([manyFlows(flows), last]));
}

/** Runs a command by its SiLK name. */
function silk(name: string, args: readonly string[]) {
  const link = join(scratch.path, name);
  if (!existsSync(link)) symlinkSync(PROGRAM, link);
  return runCommand(link, args);
}

test("a metered capture is sealed by sensor, type and hour, and both directions of a flow share a number", async (t) => {
  const store = newStore();
  const { status, stderr } = await run(["meter", "-r", OFFICE, "--store", store, "--sensor", "Gate"]);
  t.is(status, 0, stderr);
  t.deepEqual(journalIds(store), []);
  t.deepEqual(readdirSync(journalFolder(store)), []);
  const { files } = listStore(store);
  t.deepEqual(
    [...new Set(files.map((file) => `${file.sensor} ${file.type}`))],
    ["Gate ext2ext", "Gate in", "Gate int2int", "Gate inweb", "Gate out", "Gate outweb"],
  );
  const [metered = ""] = /(\d+) flows/.exec(stderr) ?? [];
  const [[flows, reverse, orphans] = []] = await askStore(
    store,
    `SELECT count(DISTINCT flow_id)::INTEGER, count(*) FILTER (attributes & 256 <> 0)::INTEGER,
       count(*) FILTER (attributes & 256 <> 0 AND flow_id = 0)::INTEGER FROM flows`,
  );
  t.is(`${flows} flows`, metered);
  t.true((reverse as number) > 10);
  t.is(orphans, 0);
  t.regex(readFileSync(join(store, "silk.conf"), "utf8"), /^# Written by flowtap[^\n]*\nversion 2\nsensor 0 Gate\n/);
});

test("a second sensor joins the store; one that the user's silk.conf lacks is refused and the file kept", async (t) => {
  const store = newStore();
  t.is((await run(["meter", "-q", "-r", OFFICE, "--store", store])).status, 0);
  t.is((await run(["meter", "-q", "-r", OFFICE, "--store", store, "--sensor", "S1"])).status, 0);
  t.is(await countRows(store, { sensor: (name) => name === "S0" }), (await countRows(store)) / 2);
  const own = "sensor 5 Mine\nclass all\nsensors Mine\ntype 0 in\nend class\ndefault-class all\n";
  writeFileSync(join(store, "silk.conf"), own);
  const refused = await run(["meter", "-q", "-r", OFFICE, "--store", store, "--sensor", "S7"]);
  t.is(refused.status, 1);
  t.regex(refused.stderr, /^flowtap: \S+silk\.conf: sensor 'S7' is not defined: add a line 'sensor ID S7'[^\n]*\n$/);
  t.is(readFileSync(join(store, "silk.conf"), "utf8"), own);
});

test("sensors.conf says what is inside, and drops what it discards", async (t) => {
  const config = scratch.write(
    "sensors.conf",
    "sensor S0\n internal-ipblocks 192.168.0.0/16\n external-ipblocks remainder\n discard-when any-ipblocks 224.0.0.0/4\nend sensor\n",
  );
  const store = newStore();
  t.is((await run(["meter", "-q", "-r", OFFICE, "--store", store, "--sensor-config", config])).status, 0);
  const [[multicast, all] = []] = await askStore(
    store,
    "SELECT count(*) FILTER (dip_lo BETWEEN 281474439839744 AND 281474708275199)::INTEGER, count(*)::INTEGER FROM flows",
  );
  t.is(multicast, 0);
  t.true((all as number) > 0);
  const wrong = scratch.write("wrong.conf", "sensor S0\n internal-ipblock @x\nend sensor\n");
  const { status, stderr } = await run(["meter", "-r", OFFICE, "--store", newStore(), "--sensor-config", wrong]);
  t.is(status, 1);
  t.regex(stderr, /wrong\.conf:2: unknown keyword 'internal-ipblock', did you mean 'internal-ipblocks'\?\n$/);
});

test("flows are in the journal while the meter runs; a killed one loses none of them, time and again", async (t) => {
  const capture = endless("many.pcap", 400_000);
  const store = newStore();
  const kept: number[] = [];
  for (const flows of [1, 3_000, 12_000, 25_000]) {
    const { child, ended } = start([
      "replay",
      "-q",
      "--no-progress",
      "-r",
      capture,
      "--speed",
      "8",
      "--store",
      store,
      "--idle-timeout",
      "1",
    ]);
    let seen = 0;
    const before = await countRows(store);
    await until(() => journalIds(store).length > 0, "a journal");
    await until(async () => {
      seen = (await countRows(store)) - before;
      return seen >= flows;
    }, `${flows} flows`);
    child.kill("SIGKILL");
    t.is((await ended).signal, "SIGKILL");
    const rows = (await countRows(store)) - before;
    t.true(rows >= seen && seen >= flows, `${rows} rows, ${seen} seen of ${flows}`);
    kept.push(rows);
    // Half of the times the next writer does it.
    if (kept.length % 2 === 0) t.is((await run(["seal", store, "-q"])).status, 0);
  }
  t.is((await run(["seal", store])).status, 0);
  t.deepEqual(readdirSync(journalFolder(store)), []);
  // One packet a flow, addresses counted up from 10.0.0.0: each run's flows are the first ones, without gap or repetition.
  const [[rows, sources, highest] = []] = await askStore(
    store,
    "SELECT count(*)::INTEGER, count(DISTINCT sip_lo)::INTEGER, (max(sip_lo) - 281470849515520)::INTEGER FROM flows",
  );
  t.is(
    rows,
    kept.reduce((sum, each) => sum + each, 0),
  );
  t.is(sources, Math.max(...kept));
  t.is(highest, Math.max(...kept) - 1);
});

test("a writer killed while it seals leaves every flow exactly once", async (t) => {
  const capture = scratch.write("seal.pcap", manyFlows(150_000));
  const store = newStore();
  await killWhileSealing(store, () => start(["meter", "-q", "-r", capture, "--store", store]));
  t.is(await countRows(store), 150_000);
  t.is((await run(["seal", store, "-q"])).status, 0);
  t.is(await countRows(store), 150_000);
  t.deepEqual(readdirSync(journalFolder(store)), []);
});

test("files of a journal that is still there are passed over, so that nothing counts twice", async (t) => {
  const store = newStore();
  t.is((await run(["meter", "-q", "-r", OFFICE, "--store", store])).status, 0);
  const rows = await countRows(store);
  const { journal } = listStore(store).files[0]!;
  writeFileSync(join(journalFolder(store), `${journal}.ipfix`), "");
  t.deepEqual(listStore(store).files, []);
  t.is((await run(["seal", store, "-q"])).status, 0);
  t.true(rows > 0);
});

test("what a dead writer left unreadable is cut off or set aside, never in the way", async (t) => {
  const store = newStore();
  mkdirSync(journalFolder(store), { recursive: true });
  const torn = journalId(Date.now(), 999_999_999, 0);
  writeFileSync(join(journalFolder(store), `${torn}.ipfix`), Buffer.from([0, 10, 1]));
  const damaged = journalId(Date.now(), 999_999_999, 1);
  writeFileSync(join(journalFolder(store), `${damaged}.ipfix`), Buffer.alloc(200_000));
  writeFileSync(join(journalFolder(store), "999999999.lock"), "999999999 1\n");
  t.is((await run(["seal", store, "-q"])).status, 0);
  t.deepEqual(readdirSync(journalFolder(store)), [`${damaged}.ipfix.damaged`]);
});

test("a live writer's journal is left alone", async (t) => {
  const capture = endless("live.pcap", 200_000);
  const store = newStore();
  const { child, ended } = start([
    "replay",
    "-q",
    "--no-progress",
    "-r",
    capture,
    "--speed",
    "2",
    "--store",
    store,
    "--idle-timeout",
    "1",
  ]);
  await until(() => journalIds(store).length > 0, "a journal");
  const { stderr } = await run(["seal", store]);
  t.regex(stderr, /0 journals sealed into 0 files, 1 journals still written\n$/);
  t.is(journalIds(store).length, 1);
  child.kill("SIGINT");
  await ended;
  t.deepEqual(journalIds(store), []);
  t.true((await countRows(store)) > 0);
});

test("the oldest hours leave whole when days or octets are over", async (t) => {
  const store = newStore();
  t.is((await run(["meter", "-q", "-r", OFFICE, "--store", store])).status, 0);
  const old = scratch.write("old.pcap", manyFlows(100));
  t.is((await run(["meter", "-q", "-r", old, "--store", store])).status, 0);
  const hours = () => [...new Set(listStore(store).files.map((file) => file.hour))].sort((a, b) => a - b);
  const [first, second] = hours();
  t.is(hours().length, 2);
  const size = (await run(["seal", store, "--keep-bytes", "1T"])).status;
  t.is(size, 0);
  t.deepEqual(hours(), [first, second]);
  t.is((await run(["seal", store, "-q", "--keep-days", "365"])).status, 0);
  t.deepEqual(hours(), [second]);
  t.is((await run(["seal", store, "-q", "--keep-bytes", "1"])).status, 0);
  t.deepEqual(hours(), []);
  t.deepEqual(readdirSync(store).sort(), ["journal", "silk.conf"]);
});

test("rwfglob lists a selection's files, rwsiteinfo what the store has", async (t) => {
  const store = newStore();
  t.is((await run(["meter", "-q", "-r", OFFICE, "--store", store])).status, 0);
  const day = ["--data-rootdir", store, "--start-date=2026/09/14"];
  const all = await silk("rwfglob", [...day, "--type=all"]);
  t.is(linesOf(all.stdout).length, 7);
  t.is(linesOf(all.stdout).at(-1), "globbed 6 files; 0 on tape");
  const usual = await silk("rwfglob", day);
  t.deepEqual(
    linesOf(usual.stdout).map((line) => /type=\w+/.exec(line)?.[0]),
    ["type=in", "type=inweb", undefined],
  );
  const hour = await silk("rwfglob", [
    "--data-rootdir",
    store,
    "--type=in",
    "--start-date=2026/09/14:06",
    "--end-date=2026/09/14:07",
    "--print-missing-files",
    "--no-file-names",
  ]);
  t.is(hour.stdout, "globbed 1 files; 0 on tape\n");
  t.is(hour.stderr, `Missing ${join(store, "sensor=S0/type=in/date=2026-09-14/hour=06")}\n`);
  const none = await silk("rwfglob", [
    "--data-rootdir",
    store,
    "--type=all",
    "--start-date=2026/09/15",
    "--no-summary",
  ]);
  t.is(none.stdout, "");
  const site = await silk("rwsiteinfo", [
    "--data-rootdir",
    store,
    "--types=in",
    "--fields=sensor,type,repo-file-count,repo-start-date",
  ]);
  t.is(site.stdout, "Sensor|Type|File-Count|         Start-Date|\n    S0|  in|         1|2026/09/14T07:00:00|\n");
});

test("a store that cannot be written is one error", async (t) => {
  const file = scratch.write("a-file", "");
  const { status, stderr } = await run(["meter", "-q", "-r", OFFICE, "--store", join(file, "store")]);
  t.is(status, 1);
  t.is(linesOf(stderr).length, 1);
  t.regex(stderr, /^flowtap: cannot write \S+a-file\/store\S*: not a directory/);
});

test("a disk that is full is one error; what is in the journal stays and can be sealed", async (t) => {
  const capture = scratch.write("full.pcap", manyFlows(100_000));
  const store = newStore();
  const meter = `ulimit -f 2000; '${process.execPath}' '${PROGRAM}' meter -q -r '${capture}' --store '${store}'`;
  const { status, stderr } = await runCommand("bash", ["-c", meter]);
  t.is(status, 1);
  t.is(stderr, `flowtap: cannot write store ${store}: file too large\n`);
  const rows = await countRows(store);
  t.true(rows > 10_000);
  t.is((await run(["seal", "-q", store])).status, 0);
  t.is(await countRows(store), rows);
});

test("switches of a store need one, and say so", async (t) => {
  const { status, stderr } = await run(["meter", "-r", OFFICE, "--sensor", "S1"]);
  t.is(status, 2);
  t.regex(stderr, /--sensor needs --store/);
  t.regex(
    (await run(["meter", "-r", OFFICE, "--store", newStore(), "--sensor", "a/b"])).stderr,
    /--sensor: 'a\/b' must start/,
  );
});
