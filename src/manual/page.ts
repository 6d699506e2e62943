/** What manual pages and `flowtap help` are made of: one source for text on a terminal and for mdoc(7). */

export type Block =
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "terms"; readonly terms: readonly Term[] }
  /** Lines as they are. */
  | { readonly kind: "literal"; readonly text: string };

/** What is explained, and the explanation: a sentence or more. */
export interface Term {
  readonly name: string;
  readonly meaning: string;
}

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A page that is not about one command: `flowtap help NAME`, flowtap-NAME(7). */
export interface Topic {
  readonly name: string;
  /** One line for the list of topics. */
  readonly summary: string;
  readonly sections: readonly Section[];
}

export function paragraph(text: string): Block {
  return { kind: "paragraph", text };
}

export function terms(all: readonly (readonly [name: string, meaning: string])[]): Block {
  return { kind: "terms", terms: all.map(([name, meaning]) => ({ name, meaning })) };
}

export function literal(...lines: readonly string[]): Block {
  return { kind: "literal", text: lines.join("\n") };
}
