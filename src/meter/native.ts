import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FlowtapError } from "../errors.js";
import type { SampledHeadersConstructor } from "../formats/sflow/native_headers.js";
import type { PacketFlowsConstructor } from "../ptoflow/packet_flows.js";
import type { RowFormatterConstructor } from "../text/row_formatter.js";
import type { SourceNotice } from "./source_notice.js";

export type { SourceNotice } from "./source_notice.js";

/** What native/addon.cc exports. Numbers that count packets or octets are exact up to 2^53. */
export interface NativeModule {
  readonly Meter: new (options: NativeMeterOptions, memory: ArrayBuffer, wake: () => void) => NativeMeter;
  readonly PacketFlows: PacketFlowsConstructor;
  readonly RowFormatter: RowFormatterConstructor;
  readonly SampledHeaders: SampledHeadersConstructor;
  /** Unpacks a block (codec 0 bzip2, 1 zstd) and returns the octets written. Throws with one line when it cannot. */
  unpackBlock(codec: number, block: Uint8Array, into: Uint8Array): number;
  /** What libpcap says its version is; "" where it cannot be loaded. */
  libpcapVersion(): string;
  /** Sends a state to the service manager's socket (sd_notify). Throws with one line. */
  notifyService(socket: string, state: string): void;
  /** Becomes another user for good, keeping CAP_NET_RAW. Throws with one line; the process must end then. */
  becomeUser(user: string, group: string): void;
  /** The error of a libpcap filter expression, or null. */
  checkFilter(expression: string): string | null;
  /** Offsets of the record fields in this build, for the test that holds src/record/layout.ts to them. */
  layout(): Record<"base" | "lengths" | "tcp" | "link" | "packet", Record<string, number>>;
}

/** Options of a native meter; all are required and must be in range. */
export interface NativeMeterOptions {
  /** Paths in order; "-" is standard input. */
  readonly captures: readonly string[];
  /** Interfaces to read instead of captures; none where captures are read. */
  readonly live: LiveMeterOptions;
  /** `mode` is the place in SAMPLING_MODES. */
  readonly sampling: { readonly mode: number; readonly interval: number };
  /** libpcap expression that has passed `checkFilter`, or "". */
  readonly filter: string;
  /** Packet time per wall time; 0 reads as fast as possible. */
  readonly speed: number;
  /** Bit `1 << n` opens tunnels of kind `TUNNELS[n]`. */
  readonly decapsulate: number;
  readonly linkDetail: boolean;
  readonly transportDetail: boolean;
  /** 1 to 2^30. */
  readonly maxFlows: number;
  /** Microseconds. */
  readonly activeTimeout: number;
  /** Microseconds, one for each of the 256 protocols. */
  readonly idleTimeouts: readonly number[];
  /** Bits of `KEY_PART`. */
  readonly keyParts: number;
  /** Bits of `GROUP`. */
  readonly groups: number;
  readonly unidirectional: boolean;
}

/** How interfaces are captured. */
export interface LiveMeterOptions {
  /** Names; "any" is all of them. */
  readonly interfaces: readonly string[];
  readonly promiscuous: boolean;
  /** Octets of each frame that are looked at. */
  readonly snapshotLength: number;
  /** Octets of the capture buffer of each interface. */
  readonly bufferOctets: number;
  /** Path of the kernel-side programs' object, or "". */
  readonly kernelPrograms: string;
  /** Meters that share the interfaces. */
  readonly threads: number;
  /** PACKET_FANOUT group of the first interface; the others follow. 0 to 65535. */
  readonly fanoutGroup: number;
}

/** Parts of the flow key beyond addresses, ports and protocol; native/flow/key.h. */
export const KEY_PART = { vlan: 0x01, mac: 0x02, tos: 0x04, interface: 0x08, mpls: 0x10 } as const;

/** The native metering process. After `close` every method throws. */
export interface NativeMeter {
  /** Opens the sources, which may need privileges. Throws with one line when it cannot. */
  open(): void;
  /** Starts the thread, after `open`. Throws with one line when it cannot. */
  start(): void;
  /** Changes filter and timeouts of a live meter within 50 ms; flows go on by the new ones. */
  change(settings: Pick<NativeMeterOptions, "filter" | "activeTimeout" | "idleTimeouts">): void;
  /** Asks the thread to read no further, end every flow and finish. */
  stop(): void;
  /** Records ready in one piece behind those released so far, at most `most`. */
  poll(most: number): number;
  /** Gives the first records back. */
  release(records: number): void;
  stats(): MeterStats;
  /** What sources had to say since the last call. */
  notices(): SourceNotice[];
  close(): void;
}

/** Counters of a meter. `packets` is `meteredPackets` plus the sum of `ignored`. */
export interface MeterStats {
  readonly packets: number;
  /** Octets of all packets as they were on the wire. */
  readonly octets: number;
  readonly meteredPackets: number;
  /** Octets of the metered IP packets. */
  readonly meteredOctets: number;
  /** Packets on the wire that super-packets stand for beyond one each: flows count them, `packets` does not. */
  readonly addedSegments: number;
  /** Packets by reason; the index is that of `IGNORED`. */
  readonly ignored: readonly number[];
  readonly orphanFragments: number;
  /** Microseconds since 1970 of the earliest metered packet; -1 before one. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** Octets of the inputs read so far. */
  readonly consumed: number;
  /** Octets of all inputs; 0 when one of them has no size. */
  readonly inputSize: number;
  /** The thread has ended and every record is in the ring. */
  readonly finished: boolean;
  /** Microseconds since 1970: when the metering thread last published counters. It does so at least every 200 ms. */
  readonly heartbeat: number;
  readonly table: FlowTableStats;
  readonly nonIp: readonly { readonly ethertype: number; readonly packets: number }[];
  readonly interfaces: readonly MeterInterface[];
  /** What the kernel counted at live interfaces; empty when captures are read. */
  readonly live: readonly LiveInterfaceStats[];
}

/** An interface that packets came from; its place in `MeterStats.interfaces` is the slot in flow records. */
export interface MeterInterface {
  readonly name: string;
  readonly linkType: number;
  /** The kernel's index of a live interface; 0 for those of captures. */
  readonly index: number;
}

/**
 * One `-i` interface. Counters grow for the life of the meter, over every opening of the interface. Once the meter has
 * finished, `received` is `delivered` plus `droppedByKernel`.
 */
export interface LiveInterfaceStats {
  readonly name: string;
  /** The kernel's index now; 0 while there is no such interface. */
  readonly index: number;
  readonly state: "capturing" | "down" | "absent";
  /** Packets that the kernel had for us: those that the filter let through, dropped ones among them. */
  readonly received: number;
  /** Packets that found the capture buffer full. */
  readonly droppedByKernel: number;
  /** Packets that the interface or its driver dropped (rx_dropped, rx_missed_errors), whether or not they were for us. */
  readonly droppedByInterface: number;
  /** Packets that the meter read; `MeterStats.packets` is their sum, with what the kernel-side sampling left out. */
  readonly delivered: number;
  /** Packets that the kernel-side program left out by --sample. */
  readonly sampledOut: number;
  /** Frames of several segments, as receive offload makes them (GRO, GSO). */
  readonly superPackets: number;
  /** Times that the interface was opened again after it had vanished or gone down. */
  readonly reopenings: number;
}

/** Counters of the flow table. `flows` is `live` plus the sum of `ended`. */
export interface FlowTableStats {
  readonly flows: number;
  readonly live: number;
  readonly peak: number;
  /** Flows by IPFIX flowEndReason, which is the index. */
  readonly ended: readonly number[];
  /** Times that packet time jumped back beyond the idle timeout, which ended all flows. */
  readonly clockSteps: number;
  /** Packets that found neither a flow nor room for one; they are in `ignored` too. */
  readonly lostPackets: number;
}

/** Why packets are not metered; the index is that of `MeterStats.ignored` (native/decode/packet.h). */
export const IGNORED = [
  "metered",
  "not IP",
  "captured too short for the link layer",
  "captured too short for the IP header",
  "malformed IP header",
  "malformed link layer",
  "unknown link type",
  "nested too deep",
  "filtered",
  "left out by sampling",
  "timestamp out of range",
  "interface not described",
  "without room in the flow table",
] as const;

let loaded: NativeModule | undefined;

/**
 * Loads the addon on first use.
 *
 * @throws FlowtapError when it has not been built
 */
export function loadNative(): NativeModule {
  loaded ??= require(join(addonFolder(), ADDON)) as NativeModule;
  return loaded;
}

const require = createRequire(import.meta.url);

const ADDON = "flowtap.node";

/** The folder that holds what was built natively. @throws FlowtapError when it has not been built */
export function addonFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const built = join(folder, "build", "Release");
    if (existsSync(join(built, ADDON))) return built;
    if (dirname(folder) === folder) throw new FlowtapError("the native meter is not built: run make build");
  }
}
