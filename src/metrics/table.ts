/**
 * The table of metrics: the endpoint and docs/metrics.md derive from these rows, and tests hold the dashboard and the
 * alert rules to them. A new metric is one row in the file of its subject.
 */
import type { Metric, Subject } from "./metric.js";
import { CAPTURE_METRICS } from "./table/capture.js";
import { COLLECT_METRICS } from "./table/collect.js";
import { EXPORT_METRICS } from "./table/export.js";
import { FLOW_METRICS } from "./table/flows.js";
import { METER_METRICS } from "./table/meter.js";
import { RECEIVE_METRICS } from "./table/receive.js";
import { SERVICE_METRICS } from "./table/service.js";
import { STORE_METRICS } from "./table/store.js";

export const METRICS: Readonly<Record<Subject, readonly Metric[]>> = {
  capture: CAPTURE_METRICS,
  meter: METER_METRICS,
  flows: FLOW_METRICS,
  export: EXPORT_METRICS,
  receive: RECEIVE_METRICS,
  collect: COLLECT_METRICS,
  store: STORE_METRICS,
  service: SERVICE_METRICS,
};
