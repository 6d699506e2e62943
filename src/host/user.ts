/** Giving privileges up. */
import { FlowtapError, reasonOf } from "../errors.js";
import { loadNative } from "../meter/native.js";

/** From here on nothing is opened with root's powers. @param name USER or USER:GROUP @throws FlowtapError */
export function becomeUser(name: string): void {
  const [user = "", group = ""] = name.split(":", 2);
  try {
    loadNative().becomeUser(user, group);
  } catch (error) {
    throw new FlowtapError(`--user ${name}: ${reasonOf(error)}`);
  }
}
