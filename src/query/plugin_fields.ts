/** Fields that SiLK has in the plug-ins flowrate and int-ext-fields. */
import { fixed } from "../text/fixed.js";
import type { Directions, End } from "./directions.js";
import { number64 } from "./engine.js";
import type { Cell, FlowField, Part, PrintStyle } from "./field.js";
import { address, narrow } from "./field_kinds.js";
import { PAYLOAD, RATES, type Rate, rateOfFlow, thousandths } from "./flow_rates.js";

const WIDTH = 15;
const DIGITS = 3;

/** Text of a number of thousandths. */
export const thousandthsCell: Cell = (arrays, at, i) => fixed(number64(arrays[at]!, i) / 1000, DIGITS);

function rateField(rate: Rate): FlowField {
  const flow = ({ lookups }: PrintStyle) => rateOfFlow(rate, lookups.zeroDuration);
  return {
    name: rate.name,
    onRequest: true,
    plugin: true,
    exported: (style) => ({ kind: "decimal", parts: [{ sql: flow(style), type: "DOUBLE" }] }),
    parts: (use, style) =>
      use === "bin" ? [{ sql: thousandths(flow(style)), type: "BIGINT" }] : [{ sql: flow(style), type: "DOUBLE" }],
    width: () => WIDTH,
    cell: (use) => (use === "bin" ? thousandthsCell : (arrays, at, i) => fixed(arrays[at]![i]!, DIGITS)),
  };
}

const PLUGIN = { onRequest: true, plugin: true } as const;

/** 0.0.0.0 as ::ffff:0.0.0.0. */
const NO_ADDRESS = { hi: "0::UBIGINT", lo: "281470681743360::UBIGINT" };

function endAddress(name: string, end: End): FlowField {
  const half = (directions: Directions, which: "hi" | "lo"): Part => ({
    sql: directions.of(end, `sip_${which}`, `dip_${which}`, NO_ADDRESS[which], name),
    type: "UBIGINT",
  });
  const parts = ({ lookups }: PrintStyle) => [half(lookups.directions, "hi"), half(lookups.directions, "lo")];
  const { number: _number, ...plain } = address(name, 0, "sip");
  return {
    ...plain,
    ...PLUGIN,
    exported: (style) => ({ kind: "address", parts: parts(style) }),
    parts: (_use, style) => parts(style),
  };
}

function endPort(name: string, end: End): FlowField {
  const parts = ({ lookups }: PrintStyle): readonly Part[] => [
    { sql: lookups.directions.of(end, "sport", "dport", "0", name), type: "INTEGER" },
  ];
  const { number: _number, ...plain } = narrow(name, 0, "sport", "INTEGER", 5);
  return {
    ...plain,
    ...PLUGIN,
    exported: (style) => ({ kind: "integer", parts: parts(style) }),
    parts: (_use, style) => parts(style),
  };
}

function payloadBytes(): FlowField {
  const { number: _number, ...plain } = narrow("payload-bytes", 0, PAYLOAD, "BIGINT", WIDTH);
  return { ...plain, ...PLUGIN };
}

const [packetRate, byteRate, packetSize, payloadRate] = RATES.map(rateField) as [
  FlowField,
  FlowField,
  FlowField,
  FlowField,
];

export const PLUGIN_FIELDS: readonly FlowField[] = [
  packetRate,
  byteRate,
  packetSize,
  payloadBytes(),
  payloadRate,
  endAddress("int-ip", "internal"),
  endAddress("ext-ip", "external"),
  endPort("int-port", "internal"),
  endPort("ext-port", "external"),
];
