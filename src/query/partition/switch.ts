import type { Switch } from "../../cli/switches.js";
import type { Site } from "../../site/site.js";
import type { Countries } from "../countries.js";
import type { ResultArray, ResultType } from "../engine.js";
import type { FieldLookups } from "../field_lookups.js";
import type { PrefixMaps } from "../prefix_maps.js";

/** A function of columns that conditions call and JavaScript computes. */
export interface ColumnFunction {
  readonly name: string;
  readonly parameters: readonly ResultType[];
  compute(arrays: readonly ResultArray[], count: number, result: Int32Array): void;
}

/** Declares a function of columns; returns its name in SQL. */
export type AddFunction = (parameters: readonly ResultType[], compute: ColumnFunction["compute"]) => string;

/** What conditions are compiled with, and what they need beside SQL. */
export interface PartitionContext {
  readonly site: Site;
  readonly countries: Countries;
  /** Argument of another switch. */
  value(name: string): string | undefined;
  readonly lookups: FieldLookups;
  readonly prefixMaps: PrefixMaps;
  readonly addFunction: AddFunction;
}

/** A partitioning switch: it passes the flows for which its condition holds. */
export interface PartitionSwitch extends Switch {
  /**
   * SQL over the columns of `flows`.
   * @throws ArgumentError, InputError
   */
  condition(value: string, context: PartitionContext): string;
  /**
   * Two conditions, one of which holds when `condition` does, where few flows are expected to pass: files sorted by
   * address are then asked for each of them, which lets the engine pass over most of their rows.
   */
  alternatives?(value: string): Alternatives | undefined;
}

export type Alternatives = readonly [first: string, second: string];
