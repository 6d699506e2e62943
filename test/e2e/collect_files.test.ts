import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import test, { type ExecutionContext } from "ava";
import { RunningCollector, storedSums, storedSumsOf } from "../support/collector.js";
import { netflow5 } from "../support/export_messages.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { linesOf, run, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
const fixtureTest = testWithFixtures(test);

const OFFICE = resolve("pcaps", "office.pcap");

let folders = 0;
function newFolder(): string {
  const path = join(scratch.path, `folder${folders++}`);
  mkdirSync(path);
  return path;
}

/** Flows of the small capture as a file; SiLK's is of IPv4 and IPv6. */
async function officeFile(t: ExecutionContext, name: string): Promise<string> {
  const path = join(newFolder(), name);
  const ipfix = join(newFolder(), "office.ipfix");
  const metered = await run(["meter", "-r", OFFICE, "-o", ipfix, "-q"]);
  t.is(metered.status, 0, metered.stderr);
  if (name.endsWith(".ipfix")) return ipfix;
  const converted = await run(["convert", ipfix, path]);
  t.is(converted.status, 0, converted.stderr);
  return path;
}

/** Blocks of 1464 octets, as NetFlow collectors wrote them. */
function pduFile(...records: readonly number[]): Buffer {
  return Buffer.concat(
    records.map((count) => {
      const block = Buffer.alloc(1464);
      Buffer.from(netflow5(count)).copy(block);
      return block;
    }),
  );
}

function sensorsConf(folder: string): string {
  return scratch.write(
    `sensors${folders++}.conf`,
    `probe FILES ipfix\n  poll-directory ${folder}\nend probe\n` +
      "sensor S7\n  ipfix-probes FILES\n  internal-ipblocks 10.0.0.0/8\n  external-ipblocks remainder\nend sensor\n",
  );
}

function polling(t: ExecutionContext, folder: string, store: string, ...switches: readonly string[]) {
  const interval = switches.some((each) => each.startsWith("--polling")) ? [] : ["--polling-interval=0.1"];
  const own = [`--sensor-config=${sensorsConf(folder)}`, `--store=${store}`, ...interval];
  return RunningCollector.start(t, [...own, ...switches]);
}

test("files that come into a polled folder are stored as the probe's sensor, and archived", async (t) => {
  const [folder, archive, store] = [newFolder(), newFolder(), join(newFolder(), "store")];
  const { service } = await polling(t, folder, store, `--archive-directory=${archive}`, "--flat-archive");
  renameSync(await officeFile(t, "office.ipfix"), join(folder, "a.ipfix"));
  renameSync(await officeFile(t, "office.rw"), join(folder, "b.rw"));
  writeFileSync(join(folder, "c.pdu"), pduFile(30, 7));
  writeFileSync(join(folder, "d.pdu.gz"), gzipSync(pduFile(5)));
  writeFileSync(join(folder, ".hidden"), pduFile(9));
  await until(() => readdirSync(archive).length === 4, "four files in the archive");
  t.deepEqual(readdirSync(archive).sort(), ["a.ipfix", "b.rw", "c.pdu", "d.pdu.gz"]);
  t.deepEqual(readdirSync(folder), [".hidden"]);
  // The flows of a file are on the disk when it moves.
  const expected = 62 + 62 + 37 + 5;
  t.is((await storedSums(store, "--sensor=S7")).records, expected);
  const { status, stderr } = await service.stop();
  t.is(status, 0, stderr);
  t.is((await storedSums(store)).records, expected);
});

test("a file that cannot be read to its end goes where such files go, and the next ones are read", async (t) => {
  const [folder, failures, store] = [newFolder(), newFolder(), join(newFolder(), "store")];
  const { service } = await polling(t, folder, store, `--error-directory=${failures}`);
  writeFileSync(join(folder, "a.txt"), "no flows\n".repeat(300));
  writeFileSync(join(folder, "b.pdu"), Buffer.concat([pduFile(30), pduFile(2).subarray(0, 60)]));
  writeFileSync(join(folder, "c.pdu"), pduFile(3));
  await until(() => readdirSync(folder).length === 0, "an empty folder");
  t.deepEqual(readdirSync(failures).sort(), ["a.txt", "b.pdu"]);
  t.is((await storedSumsOf(store, 33)).records, 33);
  await service.says(/a\.txt: not a flow file/);
  await service.says(/b\.pdu: cut off within the message at octet 1464/);
  await service.stop();
});

test("without a folder for them, unreadable files stay and are read once, until they change", async (t) => {
  const [folder, store] = [newFolder(), join(newFolder(), "store")];
  const { service } = await polling(t, folder, store);
  const path = join(folder, "a.pdu");
  writeFileSync(path, "no flows");
  await service.says(/a\.pdu: not a flow file/);
  writeFileSync(path, pduFile(4));
  await until(() => !existsSync(path), "the file to be gone");
  t.is((await storedSumsOf(store, 4)).records, 4);
  const { stderr } = await service.stop();
  t.is(linesOf(stderr).filter((line) => line.includes("not a flow file")).length, 1);
});

test("a file that grows is not read before it has come to rest", async (t) => {
  const [folder, store] = [newFolder(), join(newFolder(), "store")];
  const path = join(folder, "a.pdu");
  const { service } = await polling(t, folder, store, "--polling-interval=1");
  writeFileSync(path, pduFile(30).subarray(0, 700));
  await service.says(/collecting$/);
  writeFileSync(path, pduFile(30));
  await until(() => !existsSync(path), "the file to be gone");
  const { stderr } = await service.stop();
  t.is((await storedSums(store)).records, 30, stderr);
});

test("folders that are none, and an archive without a folder, are refused at once", async (t) => {
  const conf = sensorsConf(newFolder());
  const collect = (...more: string[]) => run(["collect", `--sensor-config=${conf}`, "--store", newFolder(), ...more]);
  const missing = await collect(`--archive-directory=${join(scratch.path, "none")}`);
  t.is(missing.status, 1);
  t.regex(missing.stderr, /--archive-directory .*none: is not a folder/);
  const flat = await collect("--flat-archive");
  t.is(flat.status, 2);
  t.regex(flat.stderr, /--flat-archive needs --archive-directory/);
});

test("-r takes files of NetFlow 5 messages and of SiLK's records into a store", async (t) => {
  const store = join(newFolder(), "store");
  const pdus = scratch.write("x.pdu", pduFile(30, 1));
  const rw = await officeFile(t, "office.rw");
  const { status, stderr } = await run(["collect", "-r", pdus, "-r", rw, "--store", store]);
  t.is(status, 0, stderr);
  t.deepEqual(
    linesOf(stderr)
      .slice(0, 3)
      .map((line) => line.replace(/: .*\//, ": ")),
    [`flowtap: x.pdu: 2 messages`, `flowtap: office.rw: 62 records`, "flowtap: 62 rows of flow files"],
  );
  t.is((await storedSums(store)).records, 31 + 62);
});

fixtureTest("-r takes nfdump's files: the store has the sums of the file", async (t) => {
  const store = join(newFolder(), "store");
  const path = join(FIXTURES, "nfdump", "teams.nfcapd");
  const { status, stderr } = await run(["collect", "-r", path, "--store", store]);
  t.is(status, 0, stderr);
  const values = ["--values=records,packets,bytes", "--no-titles", "--delimited=,"];
  const direct = await run(["uniq", "--fields=sensor", ...values, path]);
  const { records, packets, octets } = await storedSums(store);
  t.is(direct.stdout.replace(/^[^,]*,/, ""), `${records},${packets},${octets}\n`);
  t.is(records, 176);
});
