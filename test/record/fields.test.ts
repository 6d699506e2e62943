import { existsSync, readFileSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { type Element, PEN, reverseName } from "../../src/record/field.js";
import { FIELDS } from "../../src/record/fields.js";
import { BASE_SIZE, GROUP_SIZE } from "../../src/record/layout.js";

const REFERENCE = "../shared/reference";

/** Lines of a reference table, or undefined, said in the log, when the table is not there. */
function reference(t: ExecutionContext, name: string): string[][] | undefined {
  const file = `${REFERENCE}/${name}`;
  if (!existsSync(file)) {
    t.log(`SKIPPED: ${file} is missing`);
    t.pass();
    return undefined;
  }
  return readFileSync(file, "utf8")
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(","));
}

const TYPE_OCTETS: Readonly<Record<string, number>> = {
  unsigned8: 1,
  unsigned16: 2,
  unsigned32: 4,
  unsigned64: 8,
  dateTimeMilliseconds: 8,
  dateTimeMicroseconds: 8,
  ipv4Address: 4,
  ipv6Address: 16,
  macAddress: 6,
  octetArray: 3,
};

/** The registry's row for an element, and whether it is the reverse of that row's. */
function registered({ pen, id }: Element): { pen: number; id: number; reverse: boolean } {
  if (pen === PEN.reverse) return { pen: PEN.iana, id, reverse: true };
  if (pen === PEN.cert && (id & 0x4000) !== 0) return { pen, id: id & ~0x4000, reverse: true };
  return { pen, id, reverse: false };
}

test("every element has the number, name and at most the length of the registry", (t) => {
  const rows = reference(t, "ipfix-information-elements.csv");
  if (rows === undefined) return;
  const byNumber = new Map(rows.map((row) => [`${row[0]}/${row[1]}`, row]));
  for (const of of FIELDS) {
    for (const element of of.elements) {
      const { pen, id, reverse } = registered(element);
      const row = byNumber.get(`${pen}/${id}`);
      t.truthy(row, `${of.name}: no element ${pen}/${id}`);
      const [, , name = "", type = "", , , reversible, status] = row!;
      t.is(element.name, reverse ? reverseName(name) : name);
      t.is(status, "current", element.name);
      if (reverse && pen === PEN.cert) t.is(reversible, "true", `${name} has no reverse`);
      t.true(element.length <= TYPE_OCTETS[type]!, `${element.name}: ${element.length} octets of ${type}`);
      t.true((element.reduced ?? 1) <= element.length);
    }
  }
});

test("names and SiLK's numbers are given once", (t) => {
  const names = FIELDS.map((of) => of.name);
  t.is(new Set(names).size, names.length);
  const numbers = FIELDS.flatMap((of) => (of.silk?.number === undefined ? [] : [of.silk.number]));
  t.is(new Set(numbers).size, numbers.length);
});

test("stored fields lie within their group, aligned, and no two overlap", (t) => {
  const octets = { u8: 1, u16: 2, u32: 4, u64: 8, address: 16, mac: 6, slot: 1 } as const;
  const sizes = { base: BASE_SIZE, ...GROUP_SIZE };
  const taken = new Map<string, string>();
  for (const of of FIELDS) {
    if (of.storage.kind === "computed") continue;
    const size = octets[of.storage.kind];
    const alignment = of.storage.kind === "address" ? 8 : of.storage.kind === "mac" ? 2 : size;
    t.is(of.storage.offset % alignment, 0, of.name);
    t.true(of.storage.offset + size <= sizes[of.group], of.name);
    for (let at = of.storage.offset; at < of.storage.offset + size; at++) {
      t.is(taken.get(`${of.group}/${at}`), undefined, `${of.name} and ${taken.get(`${of.group}/${at}`)}`);
      taken.set(`${of.group}/${at}`, of.name);
    }
  }
});

test("SiLK names, numbers, titles and widths are SiLK's", (t) => {
  const rows = reference(t, "silk-fields.csv");
  if (rows === undefined) return;
  const byName = new Map(rows.map((row) => [row[0], row]));
  for (const { silk } of FIELDS) {
    if (silk === undefined) continue;
    const row = byName.get(silk.name);
    t.truthy(row, silk.name);
    t.is(silk.title, row![2]!);
    t.is(silk.width, Number(row![4]), silk.name);
    const number = /\d+/.exec(row![1]!)?.[0];
    t.is(silk.number, number === undefined ? undefined : Number(number), silk.name);
  }
});
