/** Signals as users name them. */
import { constants } from "node:os";

/** `TERM`, `SIGTERM`, `term` or `15`; undefined for what is no signal of this system. */
export function signalNamed(text: string): NodeJS.Signals | undefined {
  const signals = Object.entries(constants.signals) as [NodeJS.Signals, number][];
  const wanted = text.trim().toUpperCase();
  if (/^\d+$/.test(wanted)) return signals.find(([, number]) => number === Number(wanted))?.[0];
  return signals.find(([name]) => name === wanted || name === `SIG${wanted}`)?.[0];
}
