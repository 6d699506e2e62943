/** rwswapbytes: a flow file in another byte order, its format and all else unchanged. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { openSink } from "../files/octet_sink.js";
import { OctetSource } from "../files/octet_source.js";
import { BodyWriter } from "../formats/silk/body.js";
import { recordSwapper } from "../formats/silk/byte_swap.js";
import { NATIVE_BYTE_ORDER } from "../formats/silk/flow_writer.js";
import { type ByteOrder, writeSilkHeader } from "../formats/silk/header.js";
import { invocationEntry, noteEntries } from "../formats/silk/output.js";
import { RecordOctets } from "../formats/silk/record_octets.js";

const OTHER: Readonly<Record<ByteOrder, ByteOrder>> = { big: "little", little: "big" };

/** Switches that choose the order, and what each makes of the input's. */
const ORDERS: Readonly<Record<string, (input: ByteOrder) => ByteOrder>> = {
  "big-endian": () => "big",
  "little-endian": () => "little",
  "native-endian": () => NATIVE_BYTE_ORDER,
  "swap-endian": (input) => OTHER[input],
};

export function swapBytes(args: Arguments, called: string): void {
  const orders = Object.keys(ORDERS).filter((each) => args.flag(each));
  const [order] = orders;
  if (order === undefined || orders.length > 1)
    throw new UsageError(
      `Must specify exactly one of ${Object.keys(ORDERS)
        .map((each) => `--${each}`)
        .join(", ")}`,
    );
  const [input, output = "-", ...others] = args.positionals;
  if (input === undefined) throw new UsageError("Missing input file name");
  if (others.length > 0) throw new UsageError(`Too many arguments: '${others[0]}'`);
  const records = new RecordOctets(new OctetSource(input));
  try {
    copy(records, output, ORDERS[order]!(records.header.byteOrder), [invocationEntry(called), ...noteEntries(args)]);
  } finally {
    records.close();
  }
}

function copy(
  records: RecordOctets,
  output: string,
  byteOrder: ByteOrder,
  added: ReturnType<typeof noteEntries>,
): void {
  const { header, layout } = records;
  const swap = byteOrder === header.byteOrder ? () => {} : recordSwapper(layout);
  const sink = openSink(output, "binary");
  try {
    const recordLength = layout.length;
    writeSilkHeader(sink, { ...header, byteOrder, recordLength, entries: [...header.entries, ...added] });
    const body = new BodyWriter(sink, header.compression, recordLength);
    for (let octets = records.read(); octets !== undefined; octets = records.read()) {
      swap(octets);
      body.write(octets);
    }
    body.flush();
  } catch (error) {
    sink.abort();
    throw error;
  }
  sink.close();
}
