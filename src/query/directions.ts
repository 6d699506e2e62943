/** Which end of a flow is one's own, as the fields int-ip, ext-ip, int-port and ext-port need to know. */
import type { Arguments, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import type { Site } from "../site/site.js";
import { within } from "./partition/condition.js";
import { flowtypesOf } from "./selection.js";

const DIRECTIONS = [
  { direction: "incoming", option: "incoming-flowtypes", variable: "INCOMING_FLOWTYPES" },
  { direction: "outgoing", option: "outgoing-flowtypes", variable: "OUTGOING_FLOWTYPES" },
] as const;

export const DIRECTION_SWITCHES: readonly Switch[] = DIRECTIONS.map(({ direction, option, variable }) => ({
  name: option,
  argument: "LIST",
  group: "Fields",
  help: `Flows of these classes and types are ${direction}, for the fields int-ip, ext-ip, int-port, ext-port`,
  fallback: variable,
  shared: true,
}));

/** The inner end of a flow, or the outer one. */
export type End = "internal" | "external";

export class Directions {
  readonly #args: Arguments;
  readonly #site: Site;

  constructor(args: Arguments, site: Site) {
    this.#args = args;
    this.#site = site;
  }

  /**
   * SQL of the column of one end; of flows that are of neither direction, `other`.
   *
   * @param wanted field that needs it, for the message
   * @throws UsageError when the directions are not said
   */
  of(end: End, source: string, destination: string, other: string, wanted: string): string {
    const [incoming, outgoing] = DIRECTIONS.map((each) => this.#condition(each, wanted));
    const [whenIncoming, whenOutgoing] = end === "internal" ? [destination, source] : [source, destination];
    return `(CASE WHEN ${incoming} THEN ${whenIncoming} WHEN ${outgoing} THEN ${whenOutgoing} ELSE ${other} END)`;
  }

  #condition({ option, variable }: (typeof DIRECTIONS)[number], wanted: string): string {
    const list = this.#args.value(option) ?? process.env[variable] ?? "";
    if (list === "")
      throw new UsageError(
        `The field ${wanted} needs to know which flows come in and go out: give --incoming-flowtypes and ` +
          "--outgoing-flowtypes, or INCOMING_FLOWTYPES and OUTGOING_FLOWTYPES",
      );
    const flowtypes = flowtypesOf(list, this.#site, option);
    return within(
      "flowtype",
      flowtypes.map(({ id }) => ({ low: id, high: id })),
    );
  }
}
