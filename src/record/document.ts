/** docs/fields.md from the field table: `node build/js/src/record/document.js > docs/fields.md`. */
import { pathToFileURL } from "node:url";
import { type Field, PEN } from "./field.js";
import { FIELDS } from "./fields.js";

function row(of: Field): string {
  const elements = of.elements.map(({ name, pen, id }) =>
    pen === PEN.iana ? `${name} (${id})` : `${name} (${pen}/${id})`,
  );
  const silk =
    of.silk === undefined ? "" : `${of.silk.name}${of.silk.number === undefined ? "" : ` (${of.silk.number})`}`;
  const cells = [of.name, of.meaning, of.unit, elements.join(", "), of.netflow9?.type ?? "", silk, of.parquet];
  return `| ${cells.join(" | ")} |`;
}

/** The reference of flow fields in Markdown. */
export function fieldsDocument(): string {
  const sections = (["base", "lengths", "tcp", "link"] as const).flatMap((group) => [
    group === "base" ? "## In every record" : `## With \`--stats ${group}\``,
    "",
    "| field | meaning | unit | IPFIX element | NetFlow v9 | SiLK | Parquet |",
    "|---|---|---|---|---|---|---|",
    ...FIELDS.filter((of) => of.group === group).map(row),
    "",
  ]);
  return [
    "# Flow fields",
    "",
    "Generated from the field table in `src/record/fields.ts`. IPFIX elements of a private enterprise are given as",
    "enterprise/number: 6871 is CERT's, 29305 marks the reverse direction (RFC 5103). A field without an element is not",
    "carried by IPFIX; JSON and CSV tell it.",
    "",
    ...sections,
  ].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.stdout.write(fieldsDocument());
