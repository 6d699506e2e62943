/** Options of the native meter as tests use them. */
import { KEY_PART, type NativeMeterOptions } from "../../src/meter/native.js";

/** The defaults of the command line, changed by `given`; one thread without kernel-side programs. */
export function nativeOptions(given: Partial<NativeMeterOptions>): NativeMeterOptions {
  return {
    captures: [],
    live: liveInterfaces([]),
    sampling: { mode: 0, interval: 1 },
    filter: "",
    speed: 0,
    decapsulate: 0,
    linkDetail: false,
    transportDetail: false,
    maxFlows: 1_000_000,
    activeTimeout: 1800e6,
    idleTimeouts: new Array<number>(256).fill(15e6),
    keyParts: KEY_PART.vlan,
    groups: 0,
    unidirectional: false,
    ...given,
  };
}

/** How live interfaces are captured. */
export function liveInterfaces(interfaces: readonly string[]): NativeMeterOptions["live"] {
  return {
    interfaces,
    promiscuous: true,
    snapshotLength: 128,
    bufferOctets: 64 * 1024 * 1024,
    kernelPrograms: "",
    threads: 1,
    fanoutGroup: 1,
  };
}
