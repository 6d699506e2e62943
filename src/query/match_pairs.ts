/** Finds matches in two inputs that are sorted by the related fields and then by time. */
import { compareKeys, type MatchInput } from "./match_input.js";
import type { MatchOutput, MatchSide } from "./match_output.js";

/** Until when flows join a match: of its first flow, of the one that lasts longest, or without an end. */
export type JoinUntil = "end of the base" | "latest end" | "no end";

export interface MatchRules {
  /** Milliseconds by which windows are longer than flows. */
  readonly delta: number;
  /** Whether a match may begin with the response, too. */
  readonly begins: "query" | "either side";
  readonly until: JoinUntil;
}

const [TCP, UDP] = [6, 17];

/** Ports below are those of services. */
const FIRST_CLIENT_PORT = 1024;

/** Whether a flow goes from a client's port to that of a service. */
function asksService({ rows, at }: MatchInput): boolean {
  const { proto, sport, dport } = rows.arrays;
  const hasPorts = proto![at] === TCP || proto![at] === UDP;
  return hasPorts && sport![at]! >= FIRST_CLIENT_PORT && dport![at]! < FIRST_CLIENT_PORT;
}

/** The flow of a pair that the match's time is counted from: the earlier one, else who asks a service. */
function baseOf(query: MatchInput, response: MatchInput): MatchInput {
  if (query.start !== response.start) return query.start < response.start ? query : response;
  return asksService(response) && !asksService(query) ? response : query;
}

/** Writes the matches, and what is in none, in the order of the inputs. */
export function matchFlows(query: MatchInput, response: MatchInput, rules: MatchRules, output: MatchOutput): void {
  const pass = (input: MatchInput, side: MatchSide) => {
    output.alone(input, side);
    input.next();
  };
  query.next();
  response.next();
  const joining = new JoiningFlows(query, response, rules, output);
  while (!query.ended || !response.ended) {
    const order = query.ended ? 1 : response.ended ? -1 : compareKeys(query.key, response.key);
    if (order < 0) pass(query, "query");
    else if (order > 0) pass(response, "response");
    else if (response.start > query.end + rules.delta) pass(query, "query");
    else if (response.start >= query.start) joining.takeMatch();
    else if (rules.begins === "either side" && query.start <= response.end + rules.delta) joining.takeMatch();
    else pass(response, "response");
  }
  output.end();
}

/** The flows of one match: a pair, and those that follow it in time. */
class JoiningFlows {
  readonly #query: MatchInput;
  readonly #response: MatchInput;
  readonly #rules: MatchRules;
  readonly #output: MatchOutput;
  /** The fields of the match. */
  readonly #key: Float64Array;
  /** Milliseconds since 1970. */
  #limit = 0;

  constructor(query: MatchInput, response: MatchInput, rules: MatchRules, output: MatchOutput) {
    this.#query = query;
    this.#response = response;
    this.#rules = rules;
    this.#output = output;
    this.#key = new Float64Array(query.key.length);
  }

  /** Takes the two flows that are next, and those that join them. */
  takeMatch(): void {
    const { delta, until } = this.#rules;
    const [query, response] = [this.#query, this.#response];
    this.#key.set(query.key);
    this.#output.beginMatch();
    const base = baseOf(query, response);
    // The pair itself belongs to the match even when a damaged flow ends before it starts.
    this.#limit =
      until === "no end" ? Number.POSITIVE_INFINITY : Math.max(base.end + delta, query.start, response.start);
    for (;;) {
      const [queryIsNear, responseIsNear] = [this.#isNear(query), this.#isNear(response)];
      if (queryIsNear && (!responseIsNear || query.start <= response.start)) this.#take(query, "query");
      else if (responseIsNear) this.#take(response, "response");
      else return;
    }
  }

  #isNear(input: MatchInput): boolean {
    return !input.ended && input.start <= this.#limit && compareKeys(input.key, this.#key) === 0;
  }

  #take(input: MatchInput, side: MatchSide): void {
    this.#output.member(input, side);
    const { delta, until } = this.#rules;
    if (until === "latest end") this.#limit = Math.max(this.#limit, input.end + delta);
    input.next();
  }
}
