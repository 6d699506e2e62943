/** What a journal's sealing needs to know beside its flows; stored as JSON beside it. */
import { readFileSync } from "node:fs";
import { InputError, systemCode, systemReason } from "../errors.js";
import { UNKNOWN_SENSOR } from "../record/columns.js";
import type { Flowtype } from "../site/site.js";
import { Site, type SiteConfig, TWO_WAY_SITE } from "../site/site.js";
import { DEFAULT_RULES } from "./default_rules.js";
import { rulesPath } from "./layout.js";
import { flowtypeExpression, type SensorRules } from "./two_way.js";

export interface JournalRules {
  readonly sensor: { readonly id: number; readonly name: string };
  /** The sensor's class, and all flowtypes that rows can be given. */
  readonly className: string;
  readonly flowtypes: readonly Flowtype[];
  /** SQL expression of a row's flowtype, NULL for rows to drop. */
  readonly flowtype: string;
}

/** The rules for a sensor of a site. */
export function journalRules(
  site: Site,
  sensor: { readonly id: number; readonly name: string },
  className: string,
  rules: SensorRules,
): JournalRules {
  return {
    sensor: { id: sensor.id, name: sensor.name },
    className,
    flowtypes: site.config.flowtypes,
    flowtype: flowtypeExpression(rules, site, className),
  };
}

/**
 * The rules stored beside a journal; those of the built-in site when there are none, which a writer never leaves.
 *
 * @throws InputError when they cannot be read
 */
export function readJournalRules(store: string, id: string): JournalRules {
  const path = rulesPath(store, id);
  try {
    const found = JSON.parse(readFileSync(path, "utf8")) as JournalRules;
    if (typeof found.flowtype === "string" && Array.isArray(found.flowtypes) && typeof found.sensor?.name === "string")
      return found;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return fallbackRules();
    throw new InputError(`cannot read ${path}: ${systemReason(error)}`);
  }
  throw new InputError(`cannot read ${path}: not a description of a journal`);
}

function fallbackRules(): JournalRules {
  const config: SiteConfig = TWO_WAY_SITE;
  return journalRules(new Site(config), { id: UNKNOWN_SENSOR, name: "unknown" }, "all", DEFAULT_RULES);
}
