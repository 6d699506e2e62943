/** Options templates and records (RFC 7011 section 4): what the sensor says about itself. */
import { PEN } from "../../record/field.js";
import { VARIABLE_LENGTH } from "./message.js";
import type { Specifier, Template } from "./template.js";

/** Values in the order of the template's specifiers: numbers, or text for variable-length elements. */
export interface OptionsRecord {
  readonly template: Template;
  readonly values: readonly (number | string)[];
}

/** Totals since the process started. */
export interface ExportStatistics {
  readonly exportingProcess: number;
  readonly messages: number;
  readonly flows: number;
  readonly octets: number;
  /** Flows that could not be sent. */
  readonly notSentFlows: number;
}

/** Totals since the meter started. */
export interface MeterStatistics {
  readonly meteringProcess: number;
  /** Start of the meter, milliseconds since the epoch. */
  readonly started: number;
  readonly packets: number;
  readonly droppedPackets: number;
  readonly ignoredPackets: number;
}

export interface InterfaceName {
  /** As in the flow records (ingressInterface). */
  readonly index: number;
  readonly name: string;
  readonly description: string;
}

function specifier(id: number, length: number): Specifier {
  return { pen: PEN.iana, id, length };
}

/** Template identifiers above those that flow templates can have. */
const EXPORT_STATISTICS: Template = {
  id: 0xff00,
  scopeCount: 2,
  // observationDomainId, exportingProcessId: messages, flow records, octets, flows not sent
  specifiers: [
    specifier(149, 4),
    specifier(144, 4),
    specifier(41, 8),
    specifier(42, 8),
    specifier(40, 8),
    specifier(166, 8),
  ],
};

const METER_STATISTICS: Template = {
  id: 0xff01,
  scopeCount: 2,
  // observationDomainId, meteringProcessId: start, packets metered, dropped, ignored
  specifiers: [
    specifier(149, 4),
    specifier(143, 4),
    specifier(160, 8),
    specifier(86, 8),
    specifier(135, 8),
    specifier(164, 8),
  ],
};

const INTERFACE_NAMES: Template = {
  id: 0xff02,
  scopeCount: 1,
  // ingressInterface: interfaceName, interfaceDescription
  specifiers: [specifier(10, 4), specifier(82, VARIABLE_LENGTH), specifier(83, VARIABLE_LENGTH)],
};

/** The exporting process's statistics (RFC 7011 section 4.1 and 4.2). */
export function exportStatistics(domain: number, statistics: ExportStatistics): OptionsRecord {
  const { exportingProcess, messages, flows, octets, notSentFlows } = statistics;
  return { template: EXPORT_STATISTICS, values: [domain, exportingProcess, messages, flows, octets, notSentFlows] };
}

/** The metering process's statistics. */
export function meterStatistics(domain: number, statistics: MeterStatistics): OptionsRecord {
  const { meteringProcess, started, packets, droppedPackets, ignoredPackets } = statistics;
  return {
    template: METER_STATISTICS,
    values: [domain, meteringProcess, started, packets, droppedPackets, ignoredPackets],
  };
}

/** The name of one interface. */
export function interfaceName({ index, name, description }: InterfaceName): OptionsRecord {
  return { template: INTERFACE_NAMES, values: [index, name, description] };
}

const encoder = new TextEncoder();

/** Texts are cut at what one length octet can state, at a character's border. */
function text(value: string): Uint8Array {
  const octets = encoder.encode(value);
  if (octets.length < 255) return octets;
  let end = 254;
  while ((octets[end]! & 0xc0) === 0x80) end -= 1;
  return octets.subarray(0, end);
}

/** Octets of the encoded record. */
export function optionsRecordSize({ template, values }: OptionsRecord): number {
  return template.specifiers.reduce((sum, { length }, at) => {
    return sum + (length === VARIABLE_LENGTH ? 1 + text(String(values[at])).length : length);
  }, 0);
}

/** Writes the record at `position`; returns the position behind it. */
export function writeOptionsRecord({ template, values }: OptionsRecord, out: DataView, position: number): number {
  let p = position;
  template.specifiers.forEach(({ length }, at) => {
    const value = values[at] ?? 0;
    if (length === VARIABLE_LENGTH) {
      const octets = text(String(value));
      out.setUint8(p, octets.length);
      new Uint8Array(out.buffer, out.byteOffset + p + 1, octets.length).set(octets);
      p += 1 + octets.length;
    } else {
      if (length === 8) out.setUint32(p, Number(value) / 4294967296);
      if (length >= 4) out.setUint32(p + length - 4, Number(value) % 4294967296);
      else if (length === 2) out.setUint16(p, Number(value));
      else out.setUint8(p, Number(value));
      p += length;
    }
  });
  return p;
}
