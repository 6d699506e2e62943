/** What a configuration file must look like, from the tables of switches. */
import { z } from "zod";
import type { Switch } from "../cli/switches.js";
import { type Section, valueKind } from "./section.js";

/** Schema of a whole file. What numbers and texts may say is for the switches' own checks. */
export function fileSchema(sections: readonly Section[]) {
  return z
    .strictObject(
      Object.fromEntries(sections.map((section) => [section.name, sectionSchema(section).nullable().optional()])),
      { error: (issue) => expected("sections such as meter:", issue.input) },
    )
    .meta({ title: "flowtap.yaml", description: "Configuration of flowtap" });
}

function sectionSchema({ name, switches }: Section) {
  return z
    .strictObject(Object.fromEntries(switches.map((each) => [each.name, keySchema(each).optional()])), {
      error: (issue) => expected("keys, each on a line of its own", issue.input),
    })
    .meta({ description: `The switches of flowtap ${name}` });
}

function keySchema(each: Switch): z.ZodType {
  const one = oneSchema(each);
  const { help, fallback } = each;
  return withMore(each, one).meta({ description: fallback === undefined ? help : `${help} (default ${fallback})` });
}

function withMore(each: Switch, one: z.ZodType): z.ZodType {
  if (each.keyed !== undefined) {
    const shape = `${WORDS[valueKind(each)]}, or a map of ${each.keyed.toLowerCase()}s and default`;
    return z.union([one, z.record(z.string(), one)], { error: (issue) => expected(shape, issue.input) });
  }
  if (!each.repeatable) return one;
  const shape = `${WORDS[valueKind(each)]} or a list`;
  return z.union([one, z.array(one)], { error: (issue) => expected(shape, issue.input) });
}

const WORDS = { choice: "true or false", number: "a number", text: "text" } as const;

function oneSchema(each: Switch): z.ZodType {
  const kind = valueKind(each);
  const error = (issue: { readonly input?: unknown }) => expected(WORDS[kind], issue.input);
  switch (kind) {
    case "choice":
      return z.union([z.boolean(), z.enum(["on", "off"])], { error });
    case "number":
      return z.number({ error });
    case "text":
      // A port or an interface may look like a number; what was written counts.
      return z.union([z.string(), z.number()], {
        error: (issue) =>
          typeof issue.input === "boolean"
            ? `expected text, found ${issue.input}: put it in quotes`
            : expected(WORDS.text, issue.input),
      });
  }
}

function expected(what: string, found: unknown): string {
  return `expected ${what}, found ${foundText(found)}`;
}

function foundText(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  return typeof value === "string" ? `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'` : String(value);
}

/** One thing that a schema has against a value. */
export interface SchemaProblem {
  readonly path: readonly PropertyKey[];
  readonly what: string;
  /** The key at the end of the path is not known. */
  readonly unknownKey?: true;
}

/** All that is wrong with a value. */
export function schemaProblems(schema: z.ZodType, value: unknown): SchemaProblem[] {
  const { error } = schema.safeParse(value, { reportInput: true });
  return (error?.issues ?? []).flatMap((issue) => problemsOf(issue, []));
}

function problemsOf(issue: z.core.$ZodIssue, before: readonly PropertyKey[]): SchemaProblem[] {
  const path = [...before, ...issue.path];
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ path: [...path, key], what: "", unknownKey: true as const }));
  if (issue.code === "invalid_union") {
    // Whoever writes a list means a list: what is wrong with its items says more than that it is no single value.
    const inner = issue.errors.find((branch) => branch.length > 0 && branch.every((each) => each.path.length > 0));
    if (inner !== undefined) return inner.flatMap((each) => problemsOf(each, path));
  }
  return [{ path, what: issue.message }];
}

/** The schema in JSON, for editors. */
export function jsonSchema(sections: readonly Section[]): unknown {
  return z.toJSONSchema(fileSchema(sections));
}
