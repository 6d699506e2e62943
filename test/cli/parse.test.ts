import test from "ava";
import { nearest, parseArguments } from "../../src/cli/parse.js";
import type { Switch } from "../../src/cli/switches.js";
import { UsageError } from "../../src/errors.js";

const SWITCHES: readonly Switch[] = [
  { name: "read", short: "r", argument: "FILE", repeatable: true, group: "g", help: "h" },
  { name: "read-list", argument: "FILE", group: "g", help: "h" },
  { name: "idle-timeout", argument: "SECONDS", group: "g", help: "h" },
  { name: "uniflow", short: "u", group: "g", help: "h" },
];

const parse = (...argv: string[]) => parseArguments(SWITCHES, argv);
const failure = (...argv: string[]) => {
  try {
    parse(...argv);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "no error";
};

test("switches are taken with = or a space, short or long, and repeat in order", (t) => {
  const args = parse("--read=a", "-r", "b", "--read", "c", "--uniflow", "d");
  t.deepEqual(args.values("read"), ["a", "b", "c"]);
  t.true(args.flag("uniflow"));
  t.deepEqual(args.positionals, ["d"]);
});

test("a unique prefix names a switch and an exact name wins over longer ones", (t) => {
  t.is(parse("--idle", "5").value("idle-timeout"), "5");
  t.deepEqual(parse("--read", "x").values("read"), ["x"]);
  t.is(parse("--read-l=x").value("read-list"), "x");
});

test("an argument may look like a switch", (t) => {
  t.deepEqual(parse("-r", "-").values("read"), ["-"]);
  t.deepEqual(parse("--read", "--odd").values("read"), ["--odd"]);
  t.deepEqual(parse("-r", "--odd").values("read"), ["--odd"]);
});

test("what follows -- is positional", (t) => {
  t.deepEqual(parse("--", "--uniflow", "-r").positionals, ["--uniflow", "-r"]);
});

test("wrong switches are named with what would be right", (t) => {
  t.is(failure("--re", "x"), "--re is ambiguous: --read, --read-list");
  t.is(failure("--idel-timeout=3"), "unknown switch --idel-timeout, did you mean --idle-timeout?");
  t.is(failure("--nothing-like-it"), "unknown switch --nothing-like-it");
  t.is(failure("--idle-timeout"), "--idle-timeout needs an argument");
  t.is(failure("-r"), "-r needs an argument");
  t.regex(failure("--uniflow=3"), /uniflow/);
  t.regex(failure("-x"), /-x/);
  t.is(failure("--idle=3", "--idle=4"), "--idle-timeout is given twice, with 3 and 4");
});

test("the nearest name is within a third of its length", (t) => {
  t.is(nearest("metr", ["meter", "replay"]), "meter");
  t.is(nearest("xyz", ["meter", "replay"]), undefined);
});
