import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { InputError } from "../../src/errors.js";
import { interfaceCells, interfaceLines } from "../../src/sensor/interface_table.js";
import { listInterfaces } from "../../src/sensor/interfaces.js";
import type { TableStyle } from "../../src/text/table.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

/** A folder as sysfs would show it: attributes by interface; a driver is a link. */
function sysfs(name: string, interfaces: Record<string, Record<string, string>>): string {
  const folder = join(scratch.path, name);
  for (const [each, { driver, ...attributes }] of Object.entries(interfaces)) {
    mkdirSync(join(folder, each, "device"), { recursive: true });
    for (const [attribute, value] of Object.entries(attributes))
      writeFileSync(join(folder, each, attribute), `${value}\n`);
    if (driver !== undefined) symlinkSync(`../../bus/pci/drivers/${driver}`, join(folder, each, "device", "driver"));
  }
  return folder;
}

const FOLDER = sysfs("some", {
  wlan0: { ifindex: "9", type: "803", flags: "0x1003", carrier: "0", mtu: "1500", address: "02:00:00:00:00:09" },
  eth1: {
    ifindex: "3",
    type: "1",
    flags: "0x1103",
    carrier: "1",
    speed: "2500",
    mtu: "9000",
    address: "02:00:00:00:00:03",
    driver: "igc",
  },
  eth2: { ifindex: "4", type: "1", flags: "0x1002", speed: "-1", mtu: "1500", address: "02:00:00:00:00:04" },
  lo: { ifindex: "1", type: "772", flags: "0x9", carrier: "1", mtu: "65536", address: "00:00:00:00:00:00" },
  odd0: { ifindex: "12", type: "4242", flags: "0x1", speed: "4294967295", mtu: "576" },
  gone0: { type: "1" },
});
writeFileSync(join(FOLDER, "bonding_masters"), "bond0\n");

const addresses = (name: string) => (name === "lo" ? ["127.0.0.1/8", "::1/128"] : []);
const LIST = listInterfaces(FOLDER, addresses);

test("interfaces come in the order of their indices, any last; what has no index is none", (t) => {
  t.deepEqual(
    LIST.map(({ name, index }) => [name, index]),
    [
      ["lo", 1],
      ["eth1", 3],
      ["eth2", 4],
      ["wlan0", 9],
      ["odd0", 12],
      ["any", 0],
    ],
  );
});

test("link types are words, unknown ones keep their number", (t) => {
  const linkTypes = LIST.map(({ linkType }) => linkType);
  t.deepEqual(linkTypes, ["loopback", "Ethernet", "Ethernet", "802.11 radiotap", "ARPHRD 4242", "Linux cooked"]);
});

test("down, no carrier and up are told apart", (t) => {
  t.deepEqual(
    LIST.map(({ state }) => state),
    ["up", "up", "down", "no carrier", "up", "up"],
  );
});

test("speed, driver, hardware address and addresses are told where they are known", (t) => {
  t.like(LIST[1], { speed: 2.5e9, driver: "igc", mac: "02:00:00:00:00:03", mtu: 9000 });
  t.like(LIST[2], { speed: undefined, driver: "" });
  t.like(LIST[4], { speed: undefined, mac: "" });
  t.like(LIST[0], { mac: "", addresses: ["127.0.0.1/8", "::1/128"] });
});

test("a folder that cannot be read is one line", (t) => {
  t.throws(() => listInterfaces(join(scratch.path, "none"), addresses), {
    instanceOf: InputError,
    message: /none: cannot be read: no such file or directory$/,
  });
});

const STYLE: TableStyle = { titles: true, padded: true, separator: "|", finalSeparator: true };

test("the table is padded, with speed in words", (t) => {
  t.deepEqual(interfaceLines(LIST.slice(0, 3), STYLE).split("\n"), [
    "name|index|link    |state|   speed|  mtu|mac              |driver|addresses          |",
    "lo  |    1|loopback|up   |        |65536|                 |      |127.0.0.1/8 ::1/128|",
    "eth1|    3|Ethernet|up   |2.5 Gb/s| 9000|02:00:00:00:00:03|igc   |                   |",
    "eth2|    4|Ethernet|down |        | 1500|02:00:00:00:00:04|      |                   |",
    "",
  ]);
});

test("cells of a row are typed, and left out where nothing is known", (t) => {
  t.deepEqual(interfaceCells(LIST[0]!), ["lo", 1, "loopback", "up", undefined, 65536, "", "", LIST[0]!.addresses]);
  t.is(interfaceCells(LIST[1]!)[4], 2.5e9);
});
