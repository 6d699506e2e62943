/** The network interfaces of this host, from sysfs (Documentation/ABI/testing/sysfs-class-net). Needs no privilege. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { basename, join } from "node:path";
import { InputError, systemReason } from "../errors.js";

/** An interface that `-i` takes. */
export interface NetworkInterface {
  readonly name: string;
  /** The kernel's index; 0 for `any`. */
  readonly index: number;
  /** What frames begin with, in words. */
  readonly linkType: string;
  /** A `down` interface cannot be captured until it is up; one without carrier can, but has nothing to capture. */
  readonly state: "up" | "no carrier" | "down";
  /** Bits a second; undefined where the driver does not say, as with virtual interfaces. */
  readonly speed: number | undefined;
  /** Octets; 0 for `any`. */
  readonly mtu: number;
  /** Hardware address, or "" where there is none. */
  readonly mac: string;
  /** Name of the driver, or "" for virtual interfaces. */
  readonly driver: string;
  /** Addresses with prefix length. */
  readonly addresses: readonly string[];
}

const SYSFS = "/sys/class/net";

/** linux/if.h. */
const IFF_UP = 0x1;

/** Link types by ARPHRD_ number (linux/if_arp.h). */
const LINK_TYPES: ReadonlyMap<number, string> = new Map([
  [1, "Ethernet"],
  [24, "IEEE 1394"],
  [32, "InfiniBand"],
  [280, "CAN"],
  [512, "PPP"],
  [513, "Cisco HDLC"],
  [519, "raw IP"],
  [768, "IPv4 tunnel"],
  [769, "IPv6 tunnel"],
  [772, "loopback"],
  [776, "6in4 tunnel"],
  [778, "GRE tunnel"],
  [801, "802.11"],
  [802, "802.11 Prism"],
  [803, "802.11 radiotap"],
  [804, "802.15.4"],
  [823, "GRE tunnel over IPv6"],
  [824, "netlink monitor"],
  [65534, "raw IP"],
]);

/** All interfaces at once, as libpcap captures them: each packet with a cooked header that names its interface. */
const ANY: NetworkInterface = {
  name: "any",
  index: 0,
  linkType: "Linux cooked",
  state: "up",
  speed: undefined,
  mtu: 0,
  mac: "",
  driver: "",
  addresses: [],
};

/** Addresses with prefix length by the name of their interface. */
export type InterfaceAddresses = (name: string) => readonly string[];

/**
 * The interfaces in the order of their indices, and `any`.
 *
 * @param folder where sysfs lists them
 * @throws InputError when it cannot be read
 */
export function listInterfaces(
  folder: string = SYSFS,
  addresses: InterfaceAddresses = hostAddresses(),
): NetworkInterface[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new InputError(`${folder}: cannot be read: ${systemReason(error)}`);
  }
  // What has no index is no interface (bonding_masters), or one that has just gone.
  const found = names.flatMap((name) => readInterface(folder, name, addresses) ?? []);
  return [...found.sort((a, b) => a.index - b.index), ANY];
}

function readInterface(folder: string, name: string, addresses: InterfaceAddresses): NetworkInterface | undefined {
  const read = (attribute: string) => attributeOf(join(folder, name, attribute));
  const index = numberOf(read("ifindex"));
  if (index === undefined) return undefined;
  const type = numberOf(read("type"));
  const megabits = numberOf(read("speed")) ?? -1;
  const mac = read("address") ?? "";
  return {
    name,
    index,
    linkType: type === undefined ? "" : (LINK_TYPES.get(type) ?? `ARPHRD ${type}`),
    state: stateOf(numberOf(read("flags")) ?? 0, read("carrier")),
    // -1 or 0xffffffff: not known.
    speed: megabits > 0 && megabits < 0xffffffff ? megabits * 1e6 : undefined,
    mtu: numberOf(read("mtu")) ?? 0,
    mac: /^[0:]*$/.test(mac) ? "" : mac,
    driver: driverOf(join(folder, name, "device", "driver")),
    addresses: addresses(name),
  };
}

/** The carrier of an interface that is down cannot be read; loopback and tunnels that are up say 1 or nothing. */
function stateOf(flags: number, carrier: string | undefined): NetworkInterface["state"] {
  if ((flags & IFF_UP) === 0) return "down";
  return carrier === "0" ? "no carrier" : "up";
}

/** One line of sysfs; undefined where the kernel has no answer. */
function attributeOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** Decimal, negative or 0x hexadecimal. */
function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^(-?\d+|0x[0-9a-f]+)$/i.test(text) ? Number(text) : undefined;
}

function driverOf(link: string): string {
  try {
    return basename(readlinkSync(link));
  } catch {
    return "";
  }
}

function hostAddresses(): InterfaceAddresses {
  const all = networkInterfaces();
  return (name) => (all[name] ?? []).map(({ cidr, address }) => cidr ?? address);
}
