/** Opening interfaces, which takes privileges. */
import { FlowtapError, InputError, reasonOf } from "../errors.js";
import type { Meter } from "../meter/meter.js";

/** Opens what a meter reads. @throws InputError naming what cannot be opened */
export function openSources(meter: Meter): void {
  try {
    meter.open();
  } catch (error) {
    throw error instanceof FlowtapError ? error : new InputError(reasonOf(error));
  }
}
