/** rwaddrcount: volumes and times of each IPv4 address. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { isStdout } from "../files/octet_sink.js";
import { saveOptions } from "../sets/record_switches.js";
import { AddressSetBuilder } from "../sets/set_builder.js";
import { saveAddressSet } from "../sets/set_file.js";
import { type TextOutput, withTextOutput } from "../text/output.js";
import { ADDRESS_PRINTS, type AddressPrint, type AddressTable, openAddressTable } from "./addrcount_tables.js";
import { addressBins } from "./addrcount_values.js";
import { milliseconds, quotient } from "./dialect.js";
import { number64, type ResultType } from "./engine.js";
import type { FlowQuery } from "./flow_query.js";
import { IS_IPV4 } from "./partition/numbers.js";
import { tableFormat } from "./table/table_format.js";
import { writeTable } from "./table/write_table.js";
import { VolumeLimits } from "./volume_limits.js";

const TYPES: readonly ResultType[] = ["BIGINT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "BIGINT"];

/** @throws UsageError when nothing is asked for, two tables are, or both outputs are standard output */
export function checkAddressOutputs(args: Arguments): AddressPrint | undefined {
  const [print, other] = ADDRESS_PRINTS.filter((each) => args.flag(each));
  const setPath = args.value("set-file");
  if (other !== undefined) throw new UsageError("May only specify one of --print-recs, --print-ips, --print-stat");
  if (print === undefined && setPath === undefined)
    throw new UsageError("Must specify at least one of --print-recs, --print-ips, --print-stat, --set-file");
  if (print !== undefined && setPath !== undefined && isStdout(setPath) && isStdout(args.value("output-path") ?? "-"))
    throw new UsageError("Multiple outputs are using standard output");
  return print;
}

/** Counts the addresses of the query, prints them as the switches say, and returns the exit status. */
export async function runAddrcount(query: FlowQuery, args: Arguments, called: string): Promise<number> {
  const print = checkAddressOutputs(args);
  const limits = new VolumeLimits(args);
  const column = args.flag("use-dest") ? "dip" : "sip";
  const setPath = args.value("set-file");
  const format = tableFormat(args);
  if (format !== undefined) {
    if (print === undefined || setPath !== undefined)
      throw new UsageError("--output-format is for --print-recs, --print-ips and --print-stat, without --set-file");
    return writeTable(query, args, format, addressBins(print, column, limits));
  }
  const seconds = (time: string) => quotient(milliseconds(time), 1000);
  const engine = await query.engine();
  const statement = query.statement(
    `SELECT address, count(*)::BIGINT, sum(bytes)::BIGINT, ` +
      `sum(packets)::BIGINT, ${seconds("min(stime)")}::BIGINT, ${seconds("max(etime)")}::BIGINT ` +
      `FROM (SELECT *, (${column}_lo & 4294967295)::BIGINT AS address FROM flows WHERE ${IS_IPV4}) ` +
      `GROUP BY address ORDER BY address`,
  );
  const builder = setPath === undefined ? undefined : new AddressSetBuilder();
  const count = async (table: AddressTable | undefined, output: TextOutput | undefined) => {
    await engine.stream(statement, TYPES, (arrays, rows) => {
      for (let i = 0; i < rows; i++) {
        const [address, records, bytes, packets, start, end] = arrays.map((array) => number64(array, i));
        const bin = {
          address: address!,
          records: records!,
          bytes: bytes!,
          packets: packets!,
          start: start!,
          end: end!,
        };
        const admitted = limits.admit(bin);
        if (output !== undefined) table?.add(output, bin, admitted ? "qualifying" : "other");
        if (admitted) builder?.addIpv4(bin.address);
      }
    });
    if (output !== undefined) table?.finish(output);
  };
  if (print === undefined) await count(undefined, undefined);
  else await withTextOutput(args, (output) => count(openAddressTable(print, args, limits.given), output));
  if (builder !== undefined && setPath !== undefined)
    saveAddressSet(setPath, builder.build(), saveOptions(args, called, setPath));
  return 0;
}
