import test from "ava";
import { CsvEncoder } from "../../../src/formats/csv/encoder.js";
import { FIELDS } from "../../../src/record/fields.js";
import { GROUP } from "../../../src/record/layout.js";
import { batchOf, type Flow, ipv4 } from "../../support/batches.js";

function csv(encoder: CsvEncoder, flows: readonly Flow[], groups = 0): string {
  let text = "";
  const emit = (octets: Uint8Array) => {
    text += Buffer.from(octets).toString("utf8");
  };
  encoder.encode(batchOf(flows, groups), emit);
  encoder.flush(emit);
  return text;
}

const FLOW: Flow = {
  sourceAddress: ipv4(192, 0, 2, 1),
  ipVersion: 4,
  flowStart: 1_000_001,
  flowEnd: 3_000_000,
  octets: 2 ** 40,
};

test("chosen fields stand in the order chosen, under a header", (t) => {
  const encoder = new CsvEncoder(0, "octets,sourceAddress,flowStart,duration");
  t.is(
    csv(encoder, [FLOW]),
    "octets,sourceAddress,flowStart,duration\r\n1099511627776,192.0.2.1,1970-01-01T00:00:01.000001Z,1999999\r\n",
  );
});

test("every field of the table can be written, and none needs quotes", (t) => {
  const names = FIELDS.map((of) => of.name);
  const all = GROUP.lengths | GROUP.tcp | GROUP.link;
  const [header, row] = csv(new CsvEncoder(all, names.join(",")), [FLOW], all).split("\r\n");
  t.is(header, names.join(","));
  t.is(row!.split(",").length, names.length);
  t.notRegex(row!, /"|undefined|NaN/);
});

test("the header is written when there are no flows, and once when there are many", (t) => {
  const encoder = new CsvEncoder(0, "octets");
  t.is(csv(encoder, []), "octets\r\n");
  t.is(csv(encoder, [FLOW]), "1099511627776\r\n");
});

test("fields go by SiLK's names and numbers too", (t) => {
  const [header] = csv(new CsvEncoder(0, "sIP,2,bytes,pkts,dur"), []).split("\r\n");
  t.is(header, "sourceAddress,destinationAddress,octets,packets,duration");
});

test("an unknown field is refused with the nearest name, a field of other statistics with their switch", (t) => {
  t.throws(() => new CsvEncoder(0, "octets,packts"), { message: /no field 'packts', did you mean 'packets'/ });
  t.throws(() => new CsvEncoder(0, "sourceMac"), { message: /sourceMac is measured only with --stats link/ });
});
