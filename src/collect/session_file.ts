/** The file that keeps templates and samplers of exporters across our restarts. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { InputError, OutputError, systemCode, systemReason } from "../errors.js";
import { asSavedSession, type SavedSession } from "./saved_session.js";

const VERSION = 1;

/**
 * Writes the file anew; whoever reads it meanwhile sees the old one.
 *
 * @throws OutputError naming the file
 */
export function saveSessions(path: string, sessions: readonly SavedSession[]): void {
  const temporary = `${path}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify({ version: VERSION, sessions })}\n`, { flush: true, mode: 0o640 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new OutputError(`cannot write templates to ${path}: ${systemReason(error)}`);
  }
}

/**
 * Reads the file; nothing when there is none. Sessions in it that are none are left out.
 *
 * @throws InputError naming the file when it cannot be read, or is none of ours
 */
export function loadSessions(path: string): SavedSession[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw new InputError(`cannot read templates from ${path}: ${systemReason(error)}`);
  }
  const sessions = sessionsOf(path, text);
  return sessions.flatMap((each) => asSavedSession(each) ?? []);
}

function sessionsOf(path: string, text: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(`${path} keeps no templates: it is no JSON`);
  }
  if (typeof value === "object" && value !== null && "version" in value && "sessions" in value)
    if (value.version === VERSION && Array.isArray(value.sessions)) return value.sessions;
  throw new InputError(`${path} keeps no templates of version ${VERSION}`);
}
