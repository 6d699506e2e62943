/** What may follow in a command line: the shells' scripts ask for it at every press of the key. */
import { basename } from "node:path";
import { COMMANDS, type CommandEntry } from "../cli/commands.js";
import type { Switch } from "../cli/switches.js";
import { TOPICS } from "../manual/topics.js";
import { type Candidate, type Completion, NOTHING, plain } from "./candidate.js";
import { CommandWords } from "./command_words.js";
import { fileCandidates, type Wanted } from "./files.js";
import { SHELLS } from "./shells.js";
import { valuesOf } from "./values.js";

/**
 * Completes the last word of a command line.
 *
 * @param line the program as it was called, the words behind it, and the one that is being typed, perhaps empty
 */
export async function complete(line: readonly string[]): Promise<Completion> {
  const [program = "", ...words] = line;
  const silk = COMMANDS.find((each) => each.silk === basename(program));
  if (silk !== undefined) return completeCommand(silk, words);
  const [name = "", ...rest] = words;
  if (rest.length === 0) return completeWord(name, commandCandidates());
  if (name === "help" && rest.length === 1) return completeWord(rest[0]!, [...COMMANDS, ...TOPICS].map(listed));
  if (name === "completion" && rest.length === 1) return completeWord(rest[0]!, plain(SHELLS));
  const entry = COMMANDS.find((each) => each.name === name);
  return entry === undefined ? NOTHING : completeCommand(entry, rest);
}

function listed({ name, summary }: { readonly name: string; readonly summary: string }): Candidate {
  return { word: name, meaning: summary };
}

function commandCandidates(): readonly Candidate[] {
  return [...COMMANDS.map(listed), { word: "help", meaning: "explain a command or a topic" }];
}

/** Those of the candidates that begin with the word; capitals do not matter. */
function completeWord(word: string, candidates: readonly Candidate[]): Completion {
  return { kind: "words", ending: "blank", candidates: beginningWith(word, candidates) };
}

function beginningWith(word: string, candidates: readonly Candidate[]): readonly Candidate[] {
  const begun = word.toLowerCase();
  return candidates.filter((each) => each.word.toLowerCase().startsWith(begun));
}

async function completeCommand(entry: CommandEntry, words: readonly string[]): Promise<Completion> {
  const command = await entry.load();
  const before = words.slice(0, -1);
  const word = words.at(-1) ?? "";
  const given = new CommandWords(command, before);
  const switches = await given.switches();
  const [, name, value] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
  if (name !== undefined) {
    const found = named(switches, name);
    return found === undefined ? NOTHING : completeArgument(found, value!, `--${name}=`, given);
  }
  const waiting = argumentOf(switches, before.at(-1));
  if (waiting !== undefined) return completeArgument(waiting, word, "", given);
  if (word.startsWith("-")) return completeSwitch(word, switches, given);
  return completePositional(word, command.usage);
}

/** The switch that a name, or its unique beginning, means. */
function named(switches: readonly Switch[], name: string): Switch | undefined {
  const exact = switches.find((each) => each.name === name);
  if (exact !== undefined) return exact;
  const found = switches.filter((each) => each.legacy === undefined && each.name.startsWith(name));
  return found.length === 1 ? found[0] : undefined;
}

/** The switch whose argument comes next; one that may be left out stands behind `=` only. */
function argumentOf(switches: readonly Switch[], before: string | undefined): Switch | undefined {
  const found = before?.startsWith("--")
    ? named(switches, before.slice(2))
    : switches.find((each) => each.short !== undefined && before === `-${each.short}`);
  return found?.argument === undefined || found.optional ? undefined : found;
}

function completeSwitch(word: string, switches: readonly Switch[], given: CommandWords): Completion {
  const offered = switches.filter((each) => each.legacy === undefined && (each.repeatable || !given.has(each.name)));
  const candidates = offered.map((each) => ({
    word: `--${each.name}${each.argument === undefined || each.optional ? "" : "="}`,
    meaning: each.help,
  }));
  const found = beginningWith(word, [...candidates, { word: "--help", meaning: "switches and examples" }]);
  const open = found.length === 1 && found[0]!.word.endsWith("=");
  return { kind: "words", ending: open ? "none" : "blank", candidates: found };
}

/** @param start what stands before the argument in its word */
async function completeArgument(each: Switch, value: string, start: string, given: CommandWords): Promise<Completion> {
  const words = await valuesOf(each, given);
  if (words === undefined) {
    const wanted = filesOf(each);
    if (wanted === undefined) return NOTHING;
    const files = fileCandidates(value, wanted);
    return { kind: "files", ending: "blank", candidates: files.map(({ word }) => ({ word: start + word })) };
  }
  if (!/^LIST$|,…$/.test(each.argument ?? "")) {
    const found = beginningWith(value, words);
    return { kind: "words", ending: "blank", candidates: found.map((one) => ({ ...one, word: start + one.word })) };
  }
  const comma = value.lastIndexOf(",") + 1;
  const chosen = new Set(value.slice(0, comma).toLowerCase().split(","));
  const found = beginningWith(value.slice(comma), words).filter(({ word }) => !chosen.has(word.toLowerCase()));
  return {
    kind: "words",
    ending: "none",
    candidates: found.map((one) => ({ ...one, word: start + value.slice(0, comma) + one.word })),
  };
}

/** Endings of files by what their switches are called. */
const ENDINGS: readonly (readonly [names: RegExp, ending: string])[] = [
  [/set$|^set-|^mask-set$|intersect$/, ".set"],
  [/pmap-file|map-file|address-types/, ".pmap"],
  [/^site-config-file$|^sensor-config$/, ".conf"],
  [/^config$/, ".yaml"],
];

const FILES = /^(?:\[NAME:\])?(?:FILE|PATH|CAPTURE|SET|TEMPLATE|OUTPUT)$/;

function filesOf({ name, argument = "" }: Switch): Wanted | undefined {
  if (argument === "DIR") return "folders";
  if (!FILES.test(argument)) return undefined;
  const found = ENDINGS.find(([names]) => names.test(name));
  return found === undefined ? "all" : { ending: found[1] };
}

/** Endings of files by what the usage calls them. */
const POSITIONALS: readonly (readonly [name: string, wanted: Wanted])[] = [
  ["SET-FILE", { ending: ".set" }],
  ["MAP-FILE", { ending: ".pmap" }],
  ["BAG-FILE", { ending: ".bag" }],
  ["DIR", "folders"],
  ["FILE", "all"],
  ["INPUT", "all"],
  ["TARGET", "all"],
];

function completePositional(word: string, usage: string): Completion {
  const found = POSITIONALS.find(([name]) => new RegExp(`(?<![=-])\\b${name}`).test(usage));
  if (found === undefined) return NOTHING;
  return { kind: "files", ending: "blank", candidates: fileCandidates(word, found[1]) };
}
