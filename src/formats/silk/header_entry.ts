/** Entries of a SiLK file's header: what each holds, and its octets. */

export type HeaderEntry =
  | {
      readonly kind: "packed-file";
      /** Milliseconds since 1970-01-01 UTC of the hour that the file's records are in. */
      readonly startTime: number;
      readonly flowtype: number;
      readonly sensor: number;
    }
  | { readonly kind: "invocation"; readonly command: string }
  | { readonly kind: "annotation"; readonly text: string }
  | { readonly kind: "probename"; readonly name: string }
  | { readonly kind: "prefixmap"; readonly version: number; readonly name: string }
  | {
      readonly kind: "bag";
      readonly keyType: number;
      readonly keyLength: number;
      readonly counterType: number;
      readonly counterLength: number;
    }
  | {
      readonly kind: "ipset";
      readonly childrenPerNode: number;
      readonly leafCount: number;
      readonly leafSize: number;
      readonly nodeCount: number;
      readonly nodeSize: number;
      readonly root: number;
    }
  | {
      readonly kind: "aggbag";
      readonly version: number;
      readonly keys: readonly number[];
      readonly counters: readonly number[];
    }
  | { readonly kind: "other"; readonly id: number; readonly octets: Uint8Array };

/** Identifiers of the entries. */
export const ENTRY_ID = {
  end: 0,
  "packed-file": 1,
  invocation: 2,
  annotation: 3,
  probename: 4,
  prefixmap: 5,
  bag: 6,
  ipset: 7,
  aggbag: 8,
} as const;

/** Reads an entry's payload. One that is too short for its kind is kept as `other`. */
export function parseEntry(id: number, octets: Uint8Array): HeaderEntry {
  return parseKnown(id, new DataView(octets.buffer, octets.byteOffset, octets.length)) ?? keepOctets(id, octets);
}

function keepOctets(id: number, octets: Uint8Array): HeaderEntry {
  return { kind: "other", id, octets: octets.slice() };
}

function parseKnown(id: number, view: DataView): HeaderEntry | undefined {
  switch (id) {
    case ENTRY_ID["packed-file"]:
      if (view.byteLength < 16) return undefined;
      return {
        kind: "packed-file",
        startTime: Number(view.getBigInt64(0)),
        flowtype: view.getUint32(8),
        sensor: view.getUint32(12),
      };
    case ENTRY_ID.invocation:
      return { kind: "invocation", command: terminatedText(view, 0) };
    case ENTRY_ID.annotation:
      return { kind: "annotation", text: terminatedText(view, 0) };
    case ENTRY_ID.probename:
      return { kind: "probename", name: terminatedText(view, 0) };
    case ENTRY_ID.prefixmap:
      if (view.byteLength < 4) return undefined;
      return { kind: "prefixmap", version: view.getUint32(0), name: terminatedText(view, 4) };
    case ENTRY_ID.bag:
      if (view.byteLength < 8) return undefined;
      return {
        kind: "bag",
        keyType: view.getUint16(0),
        keyLength: view.getUint16(2),
        counterType: view.getUint16(4),
        counterLength: view.getUint16(6),
      };
    case ENTRY_ID.ipset:
      if (view.byteLength < 24) return undefined;
      return {
        kind: "ipset",
        childrenPerNode: view.getUint32(0),
        leafCount: view.getUint32(4),
        leafSize: view.getUint32(8),
        nodeCount: view.getUint32(12),
        nodeSize: view.getUint32(16),
        root: view.getUint32(20),
      };
    case ENTRY_ID.aggbag:
      return parseAggBag(view);
    default:
      return undefined;
  }
}

/** Version, numbers of keys and counters, then the identifier of each. */
function parseAggBag(view: DataView): HeaderEntry | undefined {
  if (view.byteLength < 8) return undefined;
  const keyCount = view.getUint16(4);
  const count = keyCount + view.getUint16(6);
  if (view.byteLength < 8 + 2 * count) return undefined;
  const ids = Array.from({ length: count }, (_, k) => view.getUint16(8 + 2 * k));
  return {
    kind: "aggbag",
    version: view.getUint32(0),
    keys: ids.slice(0, keyCount),
    counters: ids.slice(keyCount),
  };
}

function terminatedText(view: DataView, from: number): string {
  const octets = new Uint8Array(view.buffer, view.byteOffset + from, view.byteLength - from);
  const end = octets.indexOf(0);
  return new TextDecoder().decode(end < 0 ? octets : octets.subarray(0, end));
}

/** Identifier and payload of an entry, ready for a header. */
export function entryOctets(entry: HeaderEntry): { readonly id: number; readonly octets: Uint8Array } {
  switch (entry.kind) {
    case "other":
      return { id: entry.id, octets: entry.octets };
    case "packed-file": {
      const view = new DataView(new ArrayBuffer(16));
      view.setBigInt64(0, BigInt(entry.startTime));
      view.setUint32(8, entry.flowtype);
      view.setUint32(12, entry.sensor);
      return { id: ENTRY_ID["packed-file"], octets: new Uint8Array(view.buffer) };
    }
    case "invocation":
      return { id: ENTRY_ID.invocation, octets: terminated(entry.command) };
    case "annotation":
      return { id: ENTRY_ID.annotation, octets: terminated(entry.text) };
    case "probename":
      return { id: ENTRY_ID.probename, octets: terminated(entry.name) };
    case "prefixmap":
      return { id: ENTRY_ID.prefixmap, octets: joined(words32(entry.version), terminated(entry.name)) };
    case "bag":
      return {
        id: ENTRY_ID.bag,
        octets: words16(entry.keyType, entry.keyLength, entry.counterType, entry.counterLength),
      };
    case "ipset": {
      const { childrenPerNode, leafCount, leafSize, nodeCount, nodeSize, root } = entry;
      return { id: ENTRY_ID.ipset, octets: words32(childrenPerNode, leafCount, leafSize, nodeCount, nodeSize, root) };
    }
    case "aggbag": {
      const { version, keys, counters } = entry;
      return {
        id: ENTRY_ID.aggbag,
        octets: joined(words32(version), words16(keys.length, counters.length, ...keys, ...counters)),
      };
    }
  }
}

function terminated(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

function words32(...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, k) => {
    view.setUint32(4 * k, value);
  });
  return new Uint8Array(view.buffer);
}

function words16(...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * values.length));
  values.forEach((value, k) => {
    view.setUint16(2 * k, value);
  });
  return new Uint8Array(view.buffer);
}

function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}
