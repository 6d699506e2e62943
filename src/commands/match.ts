import type { Command, Switch } from "../cli/switches.js";
import { FLOW_OUTPUT_SWITCHES } from "../query/flow_output_switches.js";
import { IPV6_POLICY_SWITCH } from "../query/print_style.js";
import { SITE_SWITCH } from "../site/load.js";

const MATCHING: readonly Switch[] = [
  {
    name: "relate",
    argument: "FIELD,FIELD",
    repeatable: true,
    group: "Matching",
    help: "The first field, of the query, is equal to the second, of the response; by name or number",
  },
  {
    name: "time-delta",
    argument: "SECONDS",
    group: "Matching",
    help: "A response may begin so long after the end of the query; fractions are taken",
    fallback: "0",
  },
  { name: "symmetric-delta", group: "Matching", help: "A match may begin with the response, too" },
  {
    name: "absolute-delta",
    group: "Matching",
    help: "Flows join a match that start within --time-delta of the end of its first flow",
    fallback: "this one",
  },
  {
    name: "relative-delta",
    group: "Matching",
    help: "Flows join a match that start within --time-delta of the latest end of its flows",
  },
  { name: "infinite-delta", group: "Matching", help: "Flows join a match whenever they start" },
  {
    name: "unmatched",
    argument: "q|r|b",
    group: "Output",
    help: "Write flows without a match, too: queries, responses or both",
  },
];

export const matchCommand: Command = {
  name: "match",
  silk: "rwmatch",
  summary: "match queries with their responses",
  usage: "--relate=FIELD,FIELD [--relate=FIELD,FIELD ...] [switches] QUERY_FILE RESPONSE_FILE OUTPUT_FILE",
  description:
    "Writes flows of the first file with those of the second that answer them: equal in the related fields, and " +
    "starting while the query lasts. The next hop is the number of the match: 0.0.0.1 of the queries in it, 255.0.0.1 of " +
    "the responses; 0.0.0.0 and 255.0.0.0 are in no match. Both files must be sorted by their related fields, in the " +
    "order of --relate, and then by start time.",
  switches: [
    ...MATCHING,
    { name: "help-relate", group: "Help", help: "List the fields that can be related, and stop" },
    IPV6_POLICY_SWITCH,
    ...FLOW_OUTPUT_SWITCHES,
    SITE_SWITCH,
  ],
  examples: [
    { command: "rwsort --fields=sip,dip,sport,dport,stime out.rw --output-path=q.rw", does: "put queries in order" },
    { command: "rwsort --fields=dip,sip,dport,sport,stime in.rw --output-path=r.rw", does: "and responses likewise" },
    {
      command:
        "rwmatch --relate=sip,dip --relate=dip,sip --relate=sport,dport --relate=dport,sport --time-delta=1 q.rw r.rw both.rw",
      does: "both directions of each conversation, under one number",
    },
  ],
  async run(args, called) {
    const { runMatch } = await import("../query/match.js");
    return runMatch(args, called);
  },
};
