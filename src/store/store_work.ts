/** What a store's writer has done in a process of its own: the messages between both. */
import type { Retention } from "./retention.js";

/** One piece of work; it is given to the process as its argument, in JSON. */
export type StoreWork =
  | { readonly kind: "seal"; readonly store: string; readonly id: string; readonly attempt: "first" | "again" }
  | { readonly kind: "recover"; readonly store: string }
  | { readonly kind: "retain"; readonly store: string; readonly retention: Retention };

/** How it ended: files made or removed, or why it failed, in one line. */
export type StoreWorkResult = { readonly files: number; readonly octets: number } | { readonly failure: string };
