/** Opening interfaces, which takes privileges, and giving these up. */
import { FlowtapError, InputError, reasonOf } from "../errors.js";
import type { Meter } from "../meter/meter.js";
import { loadNative } from "../meter/native.js";

/** Opens what a meter reads. @throws InputError naming what cannot be opened */
export function openSources(meter: Meter): void {
  try {
    meter.open();
  } catch (error) {
    throw error instanceof FlowtapError ? error : new InputError(reasonOf(error));
  }
}

/** From here on nothing is opened with root's powers. @param name USER or USER:GROUP @throws FlowtapError */
export function becomeUser(name: string): void {
  const [user = "", group = ""] = name.split(":", 2);
  try {
    loadNative().becomeUser(user, group);
  } catch (error) {
    throw new FlowtapError(`--user ${name}: ${reasonOf(error)}`);
  }
}
