/** Fields of rwsiteinfo. */
import { nearest } from "../cli/parse.js";
import { ArgumentError } from "../errors.js";
import type { FileSpan } from "../store/file_spans.js";
import type { Flowtype, Sensor, Site } from "./site.js";

/** One combination of class, type and sensor; a class without types or sensors has rows without them. */
export interface SiteRow {
  readonly className: string;
  readonly flowtype: Flowtype | undefined;
  readonly sensor: Sensor | undefined;
}

/** A value of a field: what is printed, and what it is sorted by. */
export interface SiteValue {
  readonly text: string;
  readonly rank: number;
}

export interface SiteField {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  /** Values of a row; undefined leaves the row out. */
  value(row: SiteRow, site: Site): SiteValue | undefined;
}

const NONE: SiteValue = { text: "", rank: -1 };

function rankOfClass(name: string, site: Site): number {
  return site.config.classes.findIndex((each) => each.name === name);
}

function isDefaultType({ className, flowtype }: SiteRow, site: Site): boolean {
  const found = site.config.classes.find((each) => each.name === className);
  return flowtype !== undefined && found?.defaultTypes.includes(flowtype.type) === true;
}

const PLAIN: readonly SiteField[] = [
  {
    name: "class",
    title: "Class",
    help: "name of the class",
    value: ({ className }, site) => ({ text: className, rank: rankOfClass(className, site) }),
  },
  {
    name: "type",
    title: "Type",
    help: "name of the type",
    value: ({ flowtype }) => (flowtype === undefined ? NONE : { text: flowtype.type, rank: flowtype.id }),
  },
  {
    name: "flowtype",
    title: "Flowtype",
    help: "name of class and type in file names",
    value: ({ flowtype }) => (flowtype === undefined ? NONE : { text: flowtype.name, rank: flowtype.id }),
  },
  {
    name: "id-flowtype",
    title: "Flowtype-ID",
    help: "number of class and type",
    value: ({ flowtype }) => (flowtype === undefined ? NONE : { text: String(flowtype.id), rank: flowtype.id }),
  },
  {
    name: "sensor",
    title: "Sensor",
    help: "name of the sensor",
    value: ({ sensor }) => (sensor === undefined ? NONE : { text: sensor.name, rank: sensor.id }),
  },
  {
    name: "id-sensor",
    title: "Sensor-ID",
    help: "number of the sensor",
    value: ({ sensor }) => (sensor === undefined ? NONE : { text: String(sensor.id), rank: sensor.id }),
  },
  {
    name: "describe-sensor",
    title: "Sensor-Description",
    help: "description of the sensor",
    value: ({ sensor }) => (sensor === undefined ? NONE : { text: sensor.description, rank: sensor.id }),
  },
  {
    name: "default-class",
    title: "Default-Class",
    help: "name of the default class",
    value: ({ className }, site) => (className === site.config.defaultClass ? { text: className, rank: 0 } : undefined),
  },
  {
    name: "default-type",
    title: "Default-Type",
    help: "names of the class's default types",
    value: (row, site) => (isDefaultType(row, site) ? { text: row.flowtype!.type, rank: row.flowtype!.id } : undefined),
  },
  {
    name: "mark-defaults",
    title: "Defaults",
    help: "+ for the default class, * for a default type",
    value: (row, site) => {
      const [isClass, isType] = [row.className === site.config.defaultClass, isDefaultType(row, site)];
      return { text: `${isClass ? "+" : " "}${isType ? "*" : " "}`, rank: 0 };
    },
  },
];

/** Fields of what the repository holds for a row. */
export interface RepositoryField {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  readonly of: keyof FileSpan;
}

const REPOSITORY: readonly RepositoryField[] = [
  { name: "repo-start-date", title: "Start-Date", help: "first hour with a file", of: "first" },
  { name: "repo-end-date", title: "End-Date", help: "last hour with a file", of: "last" },
  { name: "repo-file-count", title: "File-Count", help: "number of files", of: "files" },
];

const LISTED = ["class", "type", "flowtype", "id-flowtype", "sensor", "id-sensor", "default-class", "default-type"];

export type ChosenField =
  | { readonly kind: "plain"; readonly title: string; readonly field: SiteField }
  | { readonly kind: "list"; readonly title: string; readonly field: SiteField }
  | { readonly kind: "repository"; readonly title: string; readonly field: RepositoryField };

/** Every field, in the order of help. */
const ALL: readonly ChosenField[] = [
  ...PLAIN.map((field) => ({ kind: "plain", title: field.title, field }) as const),
  ...PLAIN.filter((field) => LISTED.includes(field.name)).map(
    (field) => ({ kind: "list", title: `${field.title}:list`, field }) as const,
  ),
  ...REPOSITORY.map((field) => ({ kind: "repository", title: field.title, field }) as const),
];

/** Every field by name. */
export const SITE_FIELDS: ReadonlyMap<string, ChosenField> = new Map(
  ALL.map((each) => [each.kind === "list" ? `${each.field.name}:list` : each.field.name, each]),
);

/**
 * The fields of a list; names may be shortened to what is unique.
 *
 * @throws ArgumentError naming the field that is none
 */
export function chooseSiteFields(list: string): ChosenField[] {
  return list.split(",").map((word) => {
    const name = word.trim().toLowerCase();
    const exact = SITE_FIELDS.get(name);
    if (exact !== undefined) return exact;
    const candidates = [...SITE_FIELDS.keys()].filter((each) => name !== "" && each.startsWith(name));
    if (candidates.length === 1) return SITE_FIELDS.get(candidates[0]!)!;
    if (candidates.length > 1)
      throw new ArgumentError("fields", `The field '${word}' is ambiguous: ${candidates.join(", ")}`, "fields", list);
    const near = nearest(name, [...SITE_FIELDS.keys()]);
    const hint = near === undefined ? "" : `, did you mean '${near}'?`;
    throw new ArgumentError("fields", `No match was found for the field '${word}'${hint}`, "fields", list);
  });
}
