/**
 * What teaches a shell our completions. The scripts know no switches: at each press of the key they ask the program,
 * which takes 0.1 to 0.2 s and is right about whatever switches, fields, sensors and files there are.
 */
import { readFileSync } from "node:fs";
import { COMMANDS } from "../cli/commands.js";
import type { Shell } from "./shells.js";

const NAMES = ["flowtap", ...COMMANDS.flatMap(({ silk }) => (silk === undefined ? [] : [silk]))].join(" ");

/** @param program how the script calls flowtap: its name on PATH, or a path between quotes */
export function completionScript(shell: Shell, program: string): string {
  const script = readFileSync(new URL(`./scripts/flowtap.${shell}`, import.meta.url), "utf8");
  return script.replaceAll("@NAMES@", () => NAMES).replaceAll("@PROGRAM@", () => program);
}
