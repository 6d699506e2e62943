/** `--verbose-results`, `--verbose-flows` and `--verbose-progress`: how rwscan comes to its findings. */
import type { Arguments } from "../cli/switches.js";
import { oneInteger } from "../query/values/number.js";
import { MAPPED_IPV4 } from "../record/columns.js";
import { TCP_FLAGS } from "../text/flags.js";
import { addressFormatter, CANONICAL } from "../text/ip_format.js";
import type { Findings, SourceTraffic } from "./detector.js";
import type { ScanFlow } from "./scan_flow.js";
import { scanTime } from "./scan_table.js";

const ADDRESS_BITS = 32;

const format = addressFormatter(CANONICAL);
const address = (number: number) => format(0, 0, MAPPED_IPV4, number);

/** What is told of the work beside its result. */
export class ScanDetails {
  /** Sources with fewer flows are not told of; undefined for none at all. */
  readonly #fewest: number | undefined;
  readonly #progressBits: number | undefined;
  /** Whether single flows are told. */
  readonly tellsFlows: boolean;
  readonly #say: (line: string) => void;
  #network: number | undefined;

  /** @throws ArgumentError when an argument is no number */
  constructor(args: Arguments, say: (line: string) => void) {
    const results = args.value("verbose-results");
    const progress = args.value("verbose-progress");
    this.#fewest = args.flag("verbose-results") ? numberOf("verbose-results", results || "0", 2 ** 32 - 1) : undefined;
    this.#progressBits = progress === undefined ? undefined : numberOf("verbose-progress", progress, ADDRESS_BITS);
    this.tellsFlows = this.#fewest !== undefined && args.flag("verbose-flows");
    this.#say = say;
  }

  /** @param ofSource flows of its source and protocol, when single flows are told */
  flow(flow: ScanFlow, ofSource: number): void {
    this.#progress(flow.source);
    if (!this.tellsFlows || ofSource < this.#fewest!) return;
    const { source, destination, sport, dport, proto, packets, bytes, flags, start } = flow;
    const cells = [address(source), address(destination), sport, dport, proto, packets, bytes];
    this.#say(`${[...cells, TCP_FLAGS[flags & 255], scanTime(start)].join("|")}|`);
  }

  source({ source, proto, flows, packets, bytes }: SourceTraffic, { scan, walk, regression }: Findings): void {
    if (this.#fewest === undefined || flows < this.#fewest) return;
    const found = scan === undefined ? "no scan" : `scan by ${scan.model}, probability ${scan.probability.toFixed(6)}`;
    this.#say(`${address(source)} proto ${proto}: ${flows} flows, ${packets} packets, ${bytes} bytes: ${found}`);
    if (walk !== undefined) {
      const { hits, misses, verdict, probability } = walk;
      this.#say(`  random walk: ${verdict}, ${hits} hits, ${misses} misses, probability ${probability.toFixed(6)}`);
    }
    if (regression === undefined) return;
    this.#say(`  logistic regression: probability ${regression.probability.toFixed(6)}`);
    for (const [name, value] of Object.entries(regression.values)) this.#say(`    ${name}: ${value.toFixed(6)}`);
  }

  /** Names each network of `--verbose-progress` that sources are in, once. */
  #progress(source: number): void {
    const bits = this.#progressBits;
    if (bits === undefined) return;
    const network = bits === 0 ? 0 : (source >>> (ADDRESS_BITS - bits)) * 2 ** (ADDRESS_BITS - bits);
    if (network === this.#network) return;
    this.#network = network;
    this.#say(`progress: ${address(network)}/${bits}`);
  }
}

function numberOf(option: string, given: string, most: number): number {
  return oneInteger(given, 0, most, { option, what: option, given });
}
