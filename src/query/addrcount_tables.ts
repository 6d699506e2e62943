/** The three tables of rwaddrcount: a line for each address, addresses alone, and sums. */
import type { Arguments } from "../cli/switches.js";
import { MAPPED_IPV4 } from "../record/columns.js";
import { addressFormatter, addressWidth, ipFormat } from "../text/ip_format.js";
import type { TextOutput } from "../text/output.js";
import { timeFormat, timePrinter } from "../text/silk_time.js";
import { type TableColumn, type TableStyle, tableLine, tableStyle, titleLine } from "../text/table.js";

/** The switches that ask for a table each. */
export const ADDRESS_PRINTS = ["print-recs", "print-ips", "print-stat"] as const;
export type AddressPrint = (typeof ADDRESS_PRINTS)[number];

/** One address's bin. Times are whole seconds since 1970. */
export interface AddressBin {
  readonly address: number;
  readonly records: number;
  readonly bytes: number;
  readonly packets: number;
  readonly start: number;
  readonly end: number;
}

/** Whether a bin is within the limits. */
export type Qualification = "qualifying" | "other";

export interface AddressTable {
  add(output: TextOutput, bin: AddressBin, qualification: Qualification): void;
  finish(output: TextOutput): void;
}

/** @param limits whether there are any: sums of what is within them are printed only then */
export function openAddressTable(print: AddressPrint, args: Arguments, limits: "none" | "some"): AddressTable {
  const key = args.flag("use-dest") ? "dIP" : "sIP";
  const style = tableStyle(args);
  if (print === "print-stat") return new SumTable(key, style, limits);
  const format = ipFormat(args);
  const text = addressFormatter(format);
  const address = (bin: AddressBin) => text(0, 0, MAPPED_IPV4, bin.address);
  const column = { title: key, width: addressWidth(format, "ipv4") };
  if (print === "print-ips") return new LineTable([column], style, (bin) => [address(bin)]);
  const time = timePrinter({ ...timeFormat(args), fraction: 0 });
  const columns = [
    column,
    { title: "Bytes", width: 20 },
    { title: "Packets", width: 10 },
    { title: "Records", width: 10 },
    { title: "Start_Time", width: 20 },
    { title: "End_Time", width: 20 },
  ];
  return new LineTable(columns, style, (bin) => [
    address(bin),
    String(bin.bytes),
    String(bin.packets),
    String(bin.records),
    time(bin.start * 1000),
    time(bin.end * 1000),
  ]);
}

/** A line for each qualifying bin. */
class LineTable implements AddressTable {
  #titled = false;

  constructor(
    readonly columns: readonly TableColumn[],
    readonly style: TableStyle,
    readonly cells: (bin: AddressBin) => readonly string[],
  ) {}

  add(output: TextOutput, bin: AddressBin, qualification: Qualification): void {
    this.#titles(output);
    if (qualification === "qualifying") output.add(tableLine(this.columns, this.cells(bin), this.style));
  }

  finish(output: TextOutput): void {
    this.#titles(output);
  }

  #titles(output: TextOutput): void {
    if (this.#titled) return;
    this.#titled = true;
    output.add(titleLine(this.columns, this.style));
  }
}

/** Sums over addresses. */
class Sums {
  addresses = 0;
  bytes = 0;
  packets = 0;
  records = 0;

  add({ bytes, packets, records }: AddressBin): void {
    this.addresses += 1;
    this.bytes += bytes;
    this.packets += packets;
    this.records += records;
  }
}

/** Sums over all addresses, and over those within the limits. */
class SumTable implements AddressTable {
  readonly #columns: readonly TableColumn[];
  readonly #style: TableStyle;
  readonly #limits: "none" | "some";
  readonly #total = new Sums();
  readonly #qualifying = new Sums();

  constructor(key: string, style: TableStyle, limits: "none" | "some") {
    this.#style = style;
    this.#limits = limits;
    this.#columns = [
      { title: "", width: 10 },
      { title: `${key}_Uniq`, width: 10 },
      { title: "Bytes", width: 20 },
      { title: "Packets", width: 15 },
      { title: "Records", width: 15 },
    ];
  }

  add(_output: TextOutput, bin: AddressBin, qualification: Qualification): void {
    this.#total.add(bin);
    if (qualification === "qualifying") this.#qualifying.add(bin);
  }

  finish(output: TextOutput): void {
    output.add(titleLine(this.#columns, this.#style));
    this.#line(output, "Total", this.#total);
    if (this.#limits === "some") this.#line(output, "Qualifying", this.#qualifying);
  }

  #line(output: TextOutput, title: string, { addresses, bytes, packets, records }: Sums): void {
    const cells = [title, ...[addresses, bytes, packets, records].map(String)];
    output.add(tableLine(this.#columns, cells, this.#style));
  }
}
