/** The service of a flow, whichever of its two ends is the server. */

import type { FlowField, Part } from "../query/field.js";
import { numberCell } from "../query/field_kinds.js";

/** TCP, UDP, DCCP, SCTP, UDP-Lite. */
const WITH_PORTS = "6, 17, 33, 132, 136";

/**
 * The lower of both ports: servers listen on low ones (RFC 6335 section 6), and request and answer have the same. ICMP:
 * type and code. 0 for other protocols.
 */
const SERVICE: Part = {
  sql: `CASE WHEN proto IN (${WITH_PORTS}) THEN least(sport, dport) WHEN proto IN (1, 58) THEN dport ELSE 0 END`,
  type: "INTEGER",
};

export const SERVICE_FIELD: FlowField = {
  name: "service",
  exported: { kind: "integer", parts: [SERVICE] },
  parts: () => [SERVICE],
  width: () => 7,
  cell: () => numberCell("INTEGER"),
};
