/** When a flow started and ended, and why it ended. */
import { cert, computed, iana, one, pair, reverseElement } from "../field.js";
import { BASE } from "../layout.js";

export const TIME_FIELDS = [
  one("flowStart", "u64", BASE.flowStart, "time of the first packet, since 1970-01-01 UTC", {
    unit: "microseconds",
    parquet: "TIMESTAMPTZ",
    elements: [
      iana(152, "flowStartMilliseconds", 8, { encoding: "dateTimeMilliseconds" }),
      iana(154, "flowStartMicroseconds", 8, { encoding: "dateTimeMicroseconds" }),
    ],
    netflow9: [22, 4],
    silk: ["sTime", 9, "sTime", 23],
  }),
  one("flowEnd", "u64", BASE.flowEnd, "time of the last packet, since 1970-01-01 UTC", {
    unit: "microseconds",
    parquet: "TIMESTAMPTZ",
    elements: [
      iana(153, "flowEndMilliseconds", 8, { encoding: "dateTimeMilliseconds" }),
      iana(155, "flowEndMicroseconds", 8, { encoding: "dateTimeMicroseconds" }),
    ],
    netflow9: [21, 4],
    silk: ["eTime", 11, "eTime", 23],
  }),
  computed("duration", ["flowStart", "flowEnd"], "time from the first packet to the last", {
    unit: "microseconds",
    silk: ["duration", 10, "duration", 9],
  }),
  one("reverseFlowDelta", "u32", BASE.reverseFlowDelta, "time from the first forward to the first reverse packet", {
    unit: "microseconds",
    elements: [
      cert(21, "reverseFlowDeltaMilliseconds", 4, "milliseconds"),
      reverseElement(iana(154, "flowStartMicroseconds", 8, { encoding: "reverseFlowStart" })),
    ],
  }),
  one(
    "flowEndReason",
    "u8",
    BASE.flowEndReason,
    "1 idle timeout, 2 active timeout, 3 end of flow, 4 forced end, 5 lack of resources",
    { elements: [iana(136, "flowEndReason", 1)], netflow9: [136, 1] },
  ),
  ...pair("attributes", "u8", BASE.attributes, "bits of ATTRIBUTE in layout.ts", {
    unit: "flags",
    elements: [cert(40, "flowAttributes", 2, "flowAttributes")],
    silk: ["attributes", 28, "attribut", 8],
  }),
  computed("silkTcpState", ["attributes"], "attributes as SiLK's tcp_state bits", {
    unit: "flags",
    parquet: "SMALLINT",
    elements: [cert(32, "silkTCPState", 1, "silkTcpState")],
  }),
];
