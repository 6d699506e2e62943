/** The dashboard and the alert rules in packaging/. */
import { readFileSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { PROCESS_METRICS } from "../../src/metrics/process_metrics.js";
import { MetricsRegistry } from "../../src/metrics/registry.js";
import { METRICS } from "../../src/metrics/table.js";
import { heldOutput, heldSource, liveInterface, meteringThread, storeStatus } from "../support/metrics_source.js";
import {
  ALERT_TESTS,
  ALERTS,
  alerts,
  dashboard,
  dashboardExpressions,
  type Panel,
  selectorsOf,
} from "../support/monitoring_files.js";
import { linesOf, runCommand } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { haveTools } from "../support/tools.js";

const LABELS = new Map<string, readonly string[]>([
  ...Object.values(METRICS)
    .flat()
    .map(({ name, labels }) => [name, labels] as const),
  ...PROCESS_METRICS.flatMap(({ name, type }) =>
    type === "histogram" ? [[`${name}_sum`, []] as const, [`${name}_count`, []] as const] : [[name, []] as const],
  ),
  ["up", []],
  ["ALERTS", ["alertname", "alertstate"]],
]);

/** How the dashboard names the datasource that its user chose. */
const VARIABLE = /^\$\{datasource\}$/;

function assertKnown(t: ExecutionContext, expression: string): void {
  const selectors = selectorsOf(expression);
  t.true(selectors.length > 0, expression);
  for (const { metric, labels } of selectors) {
    const known = LABELS.get(metric);
    t.truthy(known, `${metric} is no metric: ${expression}`);
    for (const label of labels)
      t.true([...(known ?? []), "instance", "job"].includes(label), `${metric} has no label ${label}: ${expression}`);
  }
}

test("selectors are found with their labels, and words in quotes are none", (t) => {
  t.deepEqual(selectorsOf('rate(flowtap_a_total{reason="up}", x!~"b"}[5m]) / on (job) (up == 0)'), [
    { metric: "flowtap_a_total", labels: ["reason", "x"] },
    { metric: "up", labels: [] },
  ]);
});

test("alert rules ask for metrics and labels that exist, by names that are unique", (t) => {
  const all = alerts();
  t.is(new Set(all.map(({ alert }) => alert)).size, all.length);
  for (const { expr } of all) assertKnown(t, expr);
});

test("every alert says how grave it is, what is wrong and what to do", (t) => {
  for (const { alert, labels, annotations } of alerts()) {
    t.regex(alert, /^Flowtap[A-Z]/);
    t.true(["warning", "critical"].includes(labels.severity ?? ""), alert);
    t.true((annotations.summary ?? "").length > 10, alert);
    t.true((annotations.description ?? "").length > 80, alert);
  }
});

test("every alert occurs in the unit tests of the rules", (t) => {
  const tests = readFileSync(ALERT_TESTS, "utf8");
  for (const { alert } of alerts()) t.true(tests.includes(alert), alert);
});

test("docs/monitoring.md lists every alert", (t) => {
  const document = readFileSync("docs/monitoring.md", "utf8");
  for (const { alert } of alerts()) t.true(document.includes(`\`${alert}\``), alert);
});

test("promtool takes the alert rules and their unit tests pass", async (t) => {
  if (!haveTools(t, "promtool")) return;
  for (const args of [
    ["check", "rules", "--lint-fatal", ALERTS],
    ["test", "rules", ALERT_TESTS],
  ]) {
    const { status, stdout, stderr } = await runCommand("promtool", args);
    t.is(status, 0, stdout + stderr);
  }
});

test("promtool finds nothing to say about /metrics", async (t) => {
  if (!haveTools(t, "promtool")) return;
  const meters = [0, 1].map((thread) => meteringThread(thread, [liveInterface("eth1")]));
  const outputs = [heldOutput("ipfix+udp://192.0.2.1:4739")];
  const text = await new MetricsRegistry(heldSource({ meters, outputs, store: storeStatus() })).text();
  const { status, stdout, stderr } = await runCommand("promtool", ["check", "metrics"], { stdin: text });
  t.deepEqual(linesOf(stdout + stderr), []);
  t.is(status, 0);
});

test("the dashboard asks for metrics and labels that exist", (t) => {
  const { panels, templating, annotations } = dashboard();
  const queries = templating.list.flatMap(({ definition }) => definition ?? []);
  const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  t.true(expressions.length > 40);
  for (const expression of [...expressions, ...queries, ...annotations.list.map(({ expr }) => expr)])
    assertKnown(t, expression);
});

test("the dashboard shows every subject of metrics", (t) => {
  const asked = new Set(dashboardExpressions().flatMap((each) => selectorsOf(each).map(({ metric }) => metric)));
  for (const [subject, metrics] of Object.entries(METRICS))
    t.true(
      metrics.some(({ name }) => asked.has(name)),
      subject,
    );
});

test("the dashboard's datasource is a variable, as are sensor and interface", (t) => {
  const board = dashboard();
  t.is(board.uid, undefined);
  t.deepEqual(
    board.templating.list.map(({ name, type }) => [name, type]),
    [
      ["datasource", "datasource"],
      ["instance", "query"],
      ["interface", "query"],
    ],
  );
  for (const { title, type, datasource } of board.panels)
    if (type !== "row") t.regex(datasource?.uid ?? "", VARIABLE, title);
  const uids = [...JSON.stringify(board).matchAll(/"uid":"([^"]*)"/g)].map(([, uid]) => uid);
  t.true(uids.every((uid) => VARIABLE.test(uid!)));
});

test("panels have numbers of their own, stand side by side within the page, and explain themselves", (t) => {
  const { panels } = dashboard();
  t.is(new Set(panels.map(({ id }) => id)).size, panels.length);
  for (const panel of panels) {
    const { x, y, w, h } = panel.gridPos;
    t.true(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= 24, panel.title);
    if (panel.type !== "row") t.true((panel.description ?? "").length > 5, panel.title);
    const refIds = (panel.targets ?? []).map(({ refId }) => refId);
    t.is(new Set(refIds).size, refIds.length);
  }
  const overlap = ({ gridPos: a }: Panel, { gridPos: b }: Panel) =>
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  panels.forEach((panel, at) => {
    for (const other of panels.slice(at + 1)) t.false(overlap(panel, other), `${panel.title} and ${other.title}`);
  });
  const rows = panels.filter(({ type }) => type === "row").map(({ title }) => title);
  t.deepEqual(rows, ["Overview", "Traffic", "Drops", "Flow table", "Exports", "Store", "Collector", "Process"]);
});

test("promtool takes every expression of the dashboard", async (t) => {
  if (!haveTools(t, "promtool")) return;
  const scratch = new Scratch();
  t.teardown(() => scratch.remove());
  const rules = dashboardExpressions().map((expr, at) => ({ record: `panel:${at}`, expr }));
  // JSON is YAML.
  const path = scratch.write("rules.yaml", JSON.stringify({ groups: [{ name: "panels", rules }] }));
  const { status, stdout, stderr } = await runCommand("promtool", ["check", "rules", path]);
  t.is(status, 0, stdout + stderr);
  t.true(stdout.includes(`${rules.length} rules found`), stdout);
});
