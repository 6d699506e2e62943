/** What a SiLK file's header and body tell about it: the fields of rwfileinfo. */
import type { Site } from "../../site/site.js";
import { silkTime } from "../../text/timestamp.js";
import { type AggRole, aggFieldName } from "./aggbag_layout.js";
import { COMPRESSIONS } from "./compression.js";
import { FIELD_TYPE_NAMES } from "./field_types.js";
import { formatName } from "./format.js";
import type { SilkHeader } from "./header.js";
import type { HeaderEntry } from "./header_entry.js";

/** A file that was looked at. */
export interface FileFacts {
  readonly header: SilkHeader;
  /** Records behind the header; octets where records have no fixed length. */
  readonly records: number;
  /** Octets of the file; 0 on standard input. */
  readonly size: number;
  readonly site: Site;
}

/** A value on the line of its title, a numbered list below it, or nothing to print. */
export type FieldValue = string | readonly string[] | undefined;

/** What a file is said to be, by the number of the field. */
export interface Description {
  readonly values: ReadonlyMap<number, FieldValue>;
  readonly records: number;
  readonly size: number;
}

export interface FileField {
  readonly name: string;
  readonly number: number;
  readonly title: string;
  /** What its values are in tables for other programs. */
  readonly kind: "text" | "integer" | "list";
  /** Completes "Print". */
  readonly help: string;
  value(facts: FileFacts): FieldValue;
}

type EntryOf<Kind extends HeaderEntry["kind"]> = Extract<HeaderEntry, { kind: Kind }>;

function entriesOf<Kind extends HeaderEntry["kind"]>({ header }: FileFacts, kind: Kind): EntryOf<Kind>[] {
  return header.entries.filter((each): each is EntryOf<Kind> => each.kind === kind);
}

/** A list that is left out when it is empty. */
function listOf(values: readonly string[]): FieldValue {
  return values.length === 0 ? undefined : values;
}

function formatValue({ header: { format } }: FileFacts): string {
  const id = format.toString(16).padStart(2, "0");
  return `${formatName(format) ?? "FT_UNKNOWN"}(0x${id})`;
}

function silkVersion({ header: { silkVersion: version } }: FileFacts): string {
  if (version === 0) return "0";
  return `${Math.floor(version / 1e6)}.${Math.floor(version / 1000) % 1000}.${version % 1000}`;
}

function packedFile(facts: FileFacts): FieldValue {
  const [packed] = entriesOf(facts, "packed-file");
  if (packed === undefined) return undefined;
  const flowtype = facts.site.flowtype(packed.flowtype)?.name ?? String(packed.flowtype);
  const hour = silkTime(packed.startTime * 1000).slice(0, 19);
  return `${hour} ${flowtype} ${facts.site.sensorName(packed.sensor)}`;
}

function ipset(facts: FileFacts): FieldValue {
  const [entry] = entriesOf(facts, "ipset");
  if (entry === undefined) return undefined;
  const { childrenPerNode, leafCount, leafSize, nodeCount, nodeSize, root } = entry;
  if (childrenPerNode === 0) return leafSize === 4 ? "IPv4" : "IPv6";
  return `${childrenPerNode}-way branch, root@${root}, ${nodeCount} x ${nodeSize}b node, ${leafCount} x ${leafSize}b leaf`;
}

function bag(facts: FileFacts): FieldValue {
  const [entry] = entriesOf(facts, "bag");
  if (entry === undefined) return undefined;
  const part = (type: number, octets: number) => `${FIELD_TYPE_NAMES[type] ?? type} @ ${octets} octets`;
  return `key: ${part(entry.keyType, entry.keyLength)}; counter: ${part(entry.counterType, entry.counterLength)}`;
}

function aggregateBag(facts: FileFacts): FieldValue {
  const [entry] = entriesOf(facts, "aggbag");
  if (entry === undefined) return undefined;
  const names = (role: AggRole, ids: readonly number[]) =>
    ids.map((id) => aggFieldName(role, id) ?? String(id)).join(", ");
  return `key: ${names("key", entry.keys)}; counter: ${names("counter", entry.counters)}`;
}

/** Of those that are no text. */
const KINDS: Readonly<Record<string, FileField["kind"]>> = {
  version: "integer",
  "header-length": "integer",
  "record-length": "integer",
  "record-version": "integer",
  "count-records": "integer",
  "file-size": "integer",
  "command-lines": "list",
  annotations: "list",
};

const field = (
  number: number,
  name: string,
  help: string,
  value: FileField["value"],
  title: string = name,
): FileField => ({
  number,
  name,
  help,
  value,
  title,
  kind: KINDS[name] ?? "text",
});

/** All fields in the order in which they are printed. */
export const FILE_FIELDS: readonly FileField[] = [
  field(1, "format", "the file's format", formatValue, "format(id)"),
  field(2, "version", "the version of the header's layout", ({ header }) => String(header.headerVersion)),
  field(3, "byte-order", "the byte order of the records", ({ header }) =>
    header.byteOrder === "big" ? "BigEndian" : "littleEndian",
  ),
  field(
    4,
    "compression",
    "the compression method",
    ({ header }) => `${header.compression}(${COMPRESSIONS.indexOf(header.compression)})`,
    "compression(id)",
  ),
  field(5, "header-length", "the octets of the header", ({ header }) => String(header.headerLength)),
  field(6, "record-length", "the octets of a record", ({ header }) => String(header.recordLength)),
  field(10, "record-version", "the version of the records", ({ header }) => String(header.recordVersion)),
  field(11, "silk-version", "the release of SiLK that wrote the file", silkVersion),
  field(7, "count-records", "the number of records", ({ records }) => String(records)),
  field(8, "file-size", "the octets of the file", ({ size }) => String(size)),
  field(9, "command-lines", "the commands that made the file", (facts) =>
    listOf(entriesOf(facts, "invocation").map(({ command }) => command)),
  ),
  field(12, "packed-file-info", "hour, flowtype and sensor of a packed file", packedFile),
  field(13, "probe-name", "the probe that collected the flows", (facts) => entriesOf(facts, "probename")[0]?.name),
  field(14, "annotations", "the notes in the header", (facts) =>
    listOf(entriesOf(facts, "annotation").map(({ text }) => text)),
  ),
  field(15, "prefix-map", "version and name of a prefix map", (facts) => {
    const [map] = entriesOf(facts, "prefixmap");
    return map === undefined ? undefined : `v${map.version}: ${map.name}`;
  }),
  field(16, "ipset", "the structure of an IPset", ipset),
  field(17, "bag", "types and sizes of a bag's key and counter", bag),
  field(18, "aggregate-bag", "types of an aggregate bag's keys and counters", aggregateBag),
];
