/**
 * What IPFIX calls an interface (ingressInterface) by the slot that flow records hold: the kernel's index of a live
 * interface. Those of captures have none, and are numbered as they were met. One metering process, one table; generated
 * code reads it.
 */
export const INTERFACE_INDEX: Uint32Array = Uint32Array.from({ length: 256 }, (_, slot) => slot);
