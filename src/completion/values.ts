/** Words that arguments of switches may be. Each source is loaded when it is asked for. */
import type { Switch, ValueSource } from "../cli/switches.js";
import { type Candidate, plain } from "./candidate.js";
import type { CommandWords } from "./command_words.js";

type Source = (given: CommandWords) => Promise<readonly Candidate[]>;

/** The site that the command line and the environment mean; one that cannot be read has the usual names. */
async function site(given: CommandWords) {
  const [{ loadSite }, { Site, TWO_WAY_SITE }] = await Promise.all([
    import("../site/load.js"),
    import("../site/site.js"),
  ]);
  try {
    return loadSite(given.arguments);
  } catch {
    return new Site(TWO_WAY_SITE);
  }
}

const SOURCES: Readonly<Record<ValueSource, Source>> = {
  "flow-fields": async (given) => {
    const [{ FLOW_FIELDS }, { FIELD_MEANINGS }] = await Promise.all([
      import("../query/fields.js"),
      import("../query/field_meanings.js"),
    ]);
    const fields = FLOW_FIELDS.map(({ name }) => ({ word: name.toLowerCase(), meaning: FIELD_MEANINGS[name] ?? "" }));
    return [...fields, ...(await mapFields(given))];
  },
  "bin-values": async () => {
    const { VALUE_MEANINGS } = await import("../query/field_meanings.js");
    return VALUE_MEANINGS.flatMap(([names, meaning]) =>
      names.split(", ").map((name) => ({ word: name.replace(/ .*|FIELD/, "").toLowerCase(), meaning })),
    );
  },
  "meter-fields": async () => {
    const { FIELDS } = await import("../record/fields.js");
    return FIELDS.map(({ name, meaning }) => ({ word: name, meaning }));
  },
  "site-fields": async () => {
    const { SITE_FIELDS } = await import("../site/site_fields.js");
    return [...SITE_FIELDS].map(([word, { field }]) => ({ word, meaning: field.help }));
  },
  "file-fields": async () => {
    const { FILE_FIELDS } = await import("../formats/silk/file_description.js");
    return FILE_FIELDS.map(({ name, help }) => ({ word: name, meaning: help }));
  },
  sensors: async (given) =>
    (await site(given)).config.sensors.map(({ name, description }) => ({ word: name, meaning: description })),
  classes: async (given) => plain((await site(given)).config.classes.map(({ name }) => name)),
  types: async (given) => plain(["all", ...new Set((await site(given)).config.flowtypes.map(({ type }) => type))]),
  flowtypes: async (given) => plain((await site(given)).config.flowtypes.map((each) => `${each.class}/${each.type}`)),
  interfaces: async () => {
    const { listInterfaces } = await import("../sensor/interfaces.js");
    return listInterfaces().map(({ name, linkType, state }) => ({ word: name, meaning: `${linkType}, ${state}` }));
  },
};

/** Fields of the prefix maps that the command line names so far. */
async function mapFields(given: CommandWords): Promise<readonly Candidate[]> {
  const further = await given.furtherSwitches();
  return further.flatMap(({ name }) => {
    const found = /^pmap-(src|dst)-(.+)$/.exec(name);
    return found === null ? [] : [{ word: `${found[1]}-${found[2]}`, meaning: "label of the prefix map" }];
  });
}

/** The words that an argument may be; undefined when that is not known. */
export async function valuesOf(each: Switch, given: CommandWords): Promise<readonly Candidate[] | undefined> {
  const { values, argument = "" } = each;
  if (typeof values === "string") return SOURCES[values](given);
  if (values !== undefined) return plain(values);
  // ON|OFF
  return /^[A-Z\d]+(\|[A-Z\d]+)+$/.test(argument) ? plain(argument.toLowerCase().split("|")) : undefined;
}
