/** The decoder of sFlow as the collecting process asks for it: what became of samples, in its counters. */
import type { MessageOutcome } from "../collect/counters.js";
import type { ReceivedMessage } from "../collect/message.js";
import type { Scale } from "../collect/options.js";
import type { Session } from "../collect/session.js";
import type { SflowDecoder as CollectedSflow, SflowSource } from "../collect/sflow.js";
import { type DatagramFault, MALFORMED_SAMPLE } from "../formats/sflow/counts.js";
import { SflowDecoder } from "../formats/sflow/decoder.js";
import { ipv4Text, ipv6Text } from "../text/address.js";
import { VlanInterfaces } from "./vlan_interfaces.js";

const OUTCOMES: Readonly<Record<DatagramFault, MessageOutcome>> = {
  "not sFlow version 5": "unknownVersion",
  "cut off in its header": "cutOff",
  "agent address of unknown type": "badRecord",
  "sample reaches past the datagram": "badRecord",
};

/** Octets of an agent's address by its type: IPv4, IPv6. */
const ADDRESS_SIZES: Readonly<Record<number, number>> = { 1: 4, 2: 16 };

/** Samples are the records of sFlow: those of counters and of discarded packets tell about the exporter. */
export class SflowSamples implements CollectedSflow {
  readonly #decoder = new SflowDecoder();
  readonly #address = new Uint8Array(16);

  source(octets: DataView): SflowSource | undefined {
    const size = octets.byteLength < 8 ? undefined : ADDRESS_SIZES[octets.getUint32(4)];
    if (size === undefined || octets.byteLength < 8 + size + 16) return undefined;
    this.#address.set(new Uint8Array(octets.buffer, octets.byteOffset + 8, size), 16 - size);
    const agent = size === 4 ? ipv4Text(this.#address, 0) : ipv6Text(this.#address, 0);
    return { agent, subAgent: octets.getUint32(8 + size) };
  }

  decode(message: ReceivedMessage, session: Session, scale: Scale): MessageOutcome {
    const target = session.habits.interfaces === "vlan" ? new VlanInterfaces(session.target) : undefined;
    const { fault, counts } = this.#decoder.decode(message, target ?? session.target, scale);
    target?.finish();
    const { records, rows } = session.counters;
    const malformed = counts.ignored[MALFORMED_SAMPLE]!;
    records.flows += counts.rows;
    records.options += counts.counterSamples + counts.discardedPackets + counts.otherSamples;
    records.cutOff += malformed;
    records.noAddresses += counts.ignored.reduce((sum, each) => sum + each, 0) - malformed;
    rows.written += counts.rows;
    if (scale === "scaled") rows.scaled += counts.rows;
    const size = ADDRESS_SIZES[message.octets.getUint32(4)] ?? 4;
    session.sequence.note(message.octets.getUint32(8 + size + 4), 1);
    return fault === undefined ? "decoded" : OUTCOMES[fault];
  }
}
