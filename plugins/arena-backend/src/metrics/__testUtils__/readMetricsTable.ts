/** A row of the table of metrics. */
export interface DocumentedMetric {
  /** As OpenTelemetry has it. */
  name: string;
  prometheus: string;
  kind: string;
  /** With the values that the table names. */
  labels: Map<string, string[]>;
  what: string;
}

const ROW =
  /^\| `([\w.]+)` +\| `(\w+)` +\| (counter|gauge|histogram) +\| (.*?) +\| (.*?) +\|$/;
const LABEL = /`(\w+)`(?: \(([^)]*)\))?/g;

/** Reads the table of metrics of `docs/operations.md`. */
export function readMetricsTable(page: string): DocumentedMetric[] {
  return page.split('\n').flatMap(line => {
    const row = ROW.exec(line);
    if (!row) return [];
    const [, name, prometheus, kind, labels, what] = row;
    return {
      name,
      prometheus,
      kind,
      labels: new Map(
        [...labels.matchAll(LABEL)].map(([, label, values]) => [
          label,
          values ? [...values.matchAll(/`([^`]+)`/g)].map(([, v]) => v) : [],
        ]),
      ),
      what,
    };
  });
}
