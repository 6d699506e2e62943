/** rwresolve: addresses in columns of text become the names of their hosts. */
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, ClosedPipeError, UsageError } from "../errors.js";
import { openSink } from "../files/octet_sink.js";
import { integerList, oneInteger } from "../query/values/number.js";
import { addressFormatter, CANONICAL } from "../text/ip_format.js";
import { parseAddress } from "../text/parse_address.js";
import { NameCache } from "./name_cache.js";
import { OrderedLines } from "./ordered_lines.js";
import { checkResolver, ReverseLookup, serverList } from "./reverse_lookup.js";
import { safeName } from "./safe_name.js";
import { streamLines } from "./stream_lines.js";

const LAST_COLUMN = 65535;
const WIDEST = 65535;
const MOST_REQUESTS = 65535;

/** Names that are kept: some 10 MB. */
const KEPT_NAMES = 65536;

/** Characters of lines that may wait for names: some 4,000 lines. */
const HELD = 4 * 1024 * 1024;

/** Defaults of the switches. */
export const DEFAULTS = { fields: "1,2", delimiter: "|", requests: 128, timeout: 5 } as const;

/** Copies standard input to standard output with names for the addresses in some columns. */
export async function resolveColumns(args: Arguments): Promise<void> {
  if (args.positionals.length > 0)
    throw new UsageError(`Unexpected argument '${args.positionals[0]}': text is read from standard input`);
  checkResolver(args.value("resolver"));
  const servers = args.value("servers");
  const lookup = new ReverseLookup({
    servers: servers === undefined ? [] : serverList(servers),
    most: number(args, "max-requests", 1, MOST_REQUESTS) ?? DEFAULTS.requests,
    patience: 1000 * (number(args, "timeout", 1, 3600) ?? DEFAULTS.timeout),
  });
  const columns = new NamedColumns(
    chosenColumns(args.value("ip-fields") ?? DEFAULTS.fields),
    args.flag("ip-fields") ? "with numbers" : "without numbers",
    delimiterOf(args),
    number(args, "column-width", 0, WIDEST) ?? 0,
    new NameCache(KEPT_NAMES, (address) => lookup.nameOf(address)),
  );
  const sink = openSink("-", "text");
  const lines = new OrderedLines(sink, HELD);
  try {
    for await (const piece of streamLines(process.stdin, "stdin"))
      for (const line of piece) await lines.add(columns.of(line), line.length);
    await lines.end();
  } catch (error) {
    // What was read before a broken line is printed.
    if (!(error instanceof ClosedPipeError)) await lines.end();
    throw error;
  } finally {
    lookup.cancel();
    process.stdin.destroy();
  }
  sink.close();
}

function number(args: Arguments, option: string, low: number, high: number): number | undefined {
  const given = args.value(option);
  return given === undefined ? undefined : oneInteger(given, low, high, { option, what: option, given });
}

function delimiterOf(args: Arguments): string {
  const given = args.value("delimiter") ?? DEFAULTS.delimiter;
  if ([...given].length !== 1) throw new ArgumentError("delimiter", "Not a single character", "delimiter", given);
  return given;
}

/** Places of the columns from 0 on. */
function chosenColumns(list: string): ReadonlySet<number> {
  const ranges = integerList(list, 1, LAST_COLUMN, { option: "ip-fields", what: "ip-fields", given: list });
  const columns = new Set<number>();
  for (const { low, high } of ranges) for (let column = low; column <= high; column++) columns.add(column - 1);
  return columns;
}

const text = addressFormatter(CANONICAL);

/** Addresses in columns that nobody named have dots or colons: counters do not become names. */
type Addresses = "with numbers" | "without numbers";

/** What name servers know an address by; undefined for what is no address, such as a title. */
function addressIn(cell: string, addresses: Addresses): string | undefined {
  const form = addresses === "with numbers" ? /^[0-9a-fA-F:.]+$/ : /^[0-9a-fA-F]*[:.][0-9a-fA-F:.]*$/;
  if (!form.test(cell)) return undefined;
  try {
    return text(...parseAddress(cell));
  } catch {
    return undefined;
  }
}

class NamedColumns {
  readonly #columns: ReadonlySet<number>;
  readonly #addresses: Addresses;
  readonly #delimiter: string;
  readonly #width: number;
  readonly #names: NameCache;

  /** @param width characters to which chosen columns are filled; 0 leaves them */
  constructor(columns: ReadonlySet<number>, addresses: Addresses, delimiter: string, width: number, names: NameCache) {
    this.#columns = columns;
    this.#addresses = addresses;
    this.#delimiter = delimiter;
    this.#width = width;
    this.#names = names;
  }

  /** A line with names in place of addresses, as soon as they are known. */
  of(line: string): string | Promise<string> {
    const cells: (string | Promise<string>)[] = line.split(this.#delimiter);
    let waits = false;
    for (let k = 0; k < cells.length; k++) {
      if (!this.#columns.has(k)) continue;
      // Behind the last delimiter there is no column.
      if (k > 0 && k === cells.length - 1 && cells[k] === "") continue;
      const cell = this.#cell(cells[k] as string);
      waits ||= typeof cell !== "string";
      cells[k] = cell;
    }
    if (!waits) return cells.join(this.#delimiter);
    return Promise.all(cells).then((known) => known.join(this.#delimiter));
  }

  #cell(cell: string): string | Promise<string> {
    const trimmed = cell.trim();
    const address = addressIn(trimmed, this.#addresses);
    const name = address === undefined ? undefined : this.#names.nameOf(address);
    if (name instanceof Promise) return name.then((known) => this.#fitted(cell, trimmed, known));
    return this.#fitted(cell, trimmed, name);
  }

  #fitted(cell: string, trimmed: string, name: string | undefined): string {
    const safe = name === undefined ? undefined : safeName(name, this.#delimiter);
    if (this.#width > 0) return (safe ?? trimmed).padStart(this.#width);
    return safe ?? cell;
  }
}
