import { FIELD_MEANINGS, VALUE_MEANINGS } from "../../query/field_meanings.js";
import { FIELD_GROUPS, FLOW_FIELDS } from "../../query/fields.js";
import { literal, paragraph, type Topic, terms } from "../page.js";

function fieldTerm({ name, number, aliases = [] }: (typeof FLOW_FIELDS)[number]): readonly [string, string] {
  const others = [...(number === undefined ? [] : [String(number)]), ...aliases];
  return [[name, ...others].join(", "), `${FIELD_MEANINGS[name] ?? name}.`];
}

export const fieldsTopic: Topic = {
  name: "fields",
  summary: "the fields of flows, and the values of bins",
  sections: [
    {
      title: "How fields are named",
      blocks: [
        paragraph(
          "--fields takes a list of names, numbers and ranges of numbers, separated by commas. Capitals do not matter, " +
            "and a name may be cut short as long as it is unique.",
        ),
        literal("rwcut --fields=sip,dip,6-7,stime flows.rw", "rwcut --fields=1-5,pkt flows.rw"),
      ],
    },
    {
      title: "Fields",
      blocks: [
        terms([
          ...FLOW_FIELDS.map(fieldTerm),
          ...FIELD_GROUPS.map(
            ({ name, number, fields }) => [`${name}, ${number}`, `${fields.join(" and ")}.`] as const,
          ),
          ["src-NAME, dst-NAME", "labels that the prefix map NAME of --pmap-file has for source and destination."],
          ["sval, dval", "the same of a single map without a name."],
        ]),
      ],
    },
    {
      title: "Values of bins",
      blocks: [
        paragraph("--values of rwuniq and rwstats takes these, rwstats all but the times; the first one ranks."),
        terms(VALUE_MEANINGS.map(([names, meaning]) => [names, `${meaning}.`] as const)),
      ],
    },
  ],
};
