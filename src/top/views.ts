/** The views: which table each shows, and what its rows are called. */
import { PROTOCOL_NAMES } from "../formats/json/protocols.js";
import { addressText } from "../text/address.js";
import { printable } from "./amount.js";
import type { Marks } from "./line.js";
import type { ViewName } from "./state.js";
import type { Traffic } from "./traffic.js";
import type { TrafficTable } from "./traffic_table.js";

/** What names of rows need beyond their keys. */
export interface Naming {
  readonly marks: Marks;
  /** Name of the interface in a slot of flow records. */
  interfaceName(slot: number): string;
}

export interface View {
  table(traffic: Traffic): TrafficTable;
  readonly title: string;
  /** What the two directions are called. */
  readonly sides: readonly [source: string, destination: string];
  /** The name of a row: printable, in characters that are one column wide. */
  nameOf(table: TrafficTable, row: number, naming: Naming): string;
}

const CLIENT_SERVER = ["to server", "to client"] as const;

export const VIEWS: Readonly<Record<ViewName, View>> = {
  hosts: {
    table: ({ hosts }) => hosts,
    title: "host",
    sides: ["sent", "received"],
    nameOf: ({ keys }, row) => address(keys, row * 4),
  },
  conversations: {
    table: ({ conversations }) => conversations,
    title: "client, server, service",
    sides: CLIENT_SERVER,
    nameOf({ keys }, row, { marks }) {
      const at = row * 9;
      return `${address(keys, at)} ${marks.arrow} ${address(keys, at + 4)} ${service(keys[at + 8]!)}`;
    },
  },
  ports: {
    table: ({ ports }) => ports,
    title: "service",
    sides: CLIENT_SERVER,
    nameOf: ({ keys }, row) => service(keys[row]!),
  },
  protocols: {
    table: ({ protocols }) => protocols,
    title: "protocol",
    sides: CLIENT_SERVER,
    nameOf: ({ keys }, row) => protocolName(keys[row]!),
  },
  links: {
    table: ({ links }) => links,
    title: "interface, VLAN",
    sides: CLIENT_SERVER,
    nameOf({ keys }, row, { interfaceName }) {
      const vlan = keys[row]! & 0xffff;
      const name = printable(interfaceName(keys[row]! >>> 16)) || `interface ${keys[row]! >>> 16}`;
      return vlan === 0 ? name : `${name} vlan ${vlan}`;
    },
  },
};

const PORT_PROTOCOLS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

/** 443/tcp; a protocol without ports by its name. */
function service(key: number): string {
  const protocol = key >>> 16;
  const name = protocolName(protocol);
  return PORT_PROTOCOLS.has(protocol) ? `${key & 0xffff}/${name}` : name;
}

function protocolName(protocol: number): string {
  const name = PROTOCOL_NAMES[protocol]!.toLowerCase();
  return /^\d+$/.test(name) ? `protocol ${protocol}` : name;
}

const octets = new Uint8Array(16);
const words = new Uint32Array(octets.buffer);

/** The address in four words of a record. */
function address(keys: Uint32Array, at: number): string {
  for (let word = 0; word < 4; word++) words[word] = keys[at + word]!;
  const mapped = words[0] === 0 && words[1] === 0 && octets[8] === 0 && octets[9] === 0 && octets[10] === 0xff;
  return addressText(octets, 0, mapped && octets[11] === 0xff ? 4 : 6);
}
