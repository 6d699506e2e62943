/** Identifiers of SiLK file formats, as headers hold them. */

/** Formats by the names that rwfileinfo prints behind `FT_`. */
export const SILK_FORMAT = {
  TCPDUMP: 0x00,
  GRAPH: 0x01,
  ADDRESSES: 0x02,
  PORTMAP: 0x03,
  SERVICEMAP: 0x04,
  NIDSMAP: 0x05,
  EXPERIMENT1: 0x06,
  EXPERIMENT2: 0x07,
  TEMPFILE: 0x08,
  AGGREGATEBAG: 0x09,
  IPFIX: 0x0a,
  RWIPV6: 0x0b,
  RWIPV6ROUTING: 0x0c,
  RWAUGSNMPOUT: 0x0d,
  RWAUGROUTING: 0x0e,
  RWROUTED: 0x10,
  RWNOTROUTED: 0x11,
  RWSPLIT: 0x12,
  RWFILTER: 0x13,
  RWAUGMENTED: 0x14,
  RWAUGWEB: 0x15,
  RWGENERIC: 0x16,
  RWDAILY: 0x18,
  RWSCAN: 0x19,
  RWACL: 0x1a,
  RWCOUNT: 0x1b,
  FLOWCAP: 0x1c,
  IPSET: 0x1d,
  TAGTREE: 0x1e,
  RWWWW: 0x1f,
  SHUFFLE: 0x20,
  RWBAG: 0x21,
  BLOOM: 0x22,
  RWPRINTSTATS: 0x23,
  PDUFLOWCAP: 0x24,
  PREFIXMAP: 0x25,
} as const;

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(SILK_FORMAT).map(([name, id]) => [id, name]));

/** `FT_RWGENERIC`; undefined for a number that stands for no format. */
export function formatName(id: number): string | undefined {
  const name = NAMES.get(id);
  return name === undefined ? undefined : `FT_${name}`;
}
