/** The dashboard and the alert rules, as far as tests look into them. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";

export const ALERTS = "packaging/prometheus/alerts.yaml";
export const ALERT_TESTS = "packaging/prometheus/alerts_test.yaml";
const DASHBOARD = "packaging/grafana/flowtap.json";

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export function alerts(): Alert[] {
  const { groups } = parse(readFileSync(ALERTS, "utf8")) as { groups: { rules: Alert[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string; readonly refId: string }[];
}

export interface Dashboard {
  readonly title: string;
  readonly uid?: string;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly definition?: string }[];
  };
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

export function dashboard(): Dashboard {
  return JSON.parse(readFileSync(DASHBOARD, "utf8")) as Dashboard;
}

/** What the panels ask for, with Grafana's variables as a user who has chosen nothing has them. */
export function dashboardExpressions(): string[] {
  return dashboard().panels.flatMap(({ targets = [] }) =>
    targets.map(({ expr }) => expr.replaceAll(/\$(instance|interface)\b/g, ".*").replaceAll("$__rate_interval", "1m")),
  );
}

export interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** The metrics that a PromQL expression reads, with the labels that it asks them for. */
export function selectorsOf(expression: string): Selector[] {
  const selectors: Selector[] = [];
  // Quoted values may hold anything; what names a metric here begins in one of these ways.
  const bare = expression.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  for (const [, metric, matchers] of bare.matchAll(/\b((?:flowtap|process|nodejs)_\w+|up|ALERTS)\b(?:\{([^}]*)\})?/g))
    selectors.push({
      metric: metric!,
      labels: [...(matchers ?? "").matchAll(/(\w+)\s*[=!]/g)].map(([, name]) => name!),
    });
  return selectors;
}
