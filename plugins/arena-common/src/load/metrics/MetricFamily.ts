/** A value of a metric. @public */
export interface MetricSample {
  labels: Readonly<Record<string, string>>;
  value: number;
  /** Of a summary: what is appended to the name for its sum and its count. */
  suffix?: 'sum' | 'count';
}

/** A metric with all its values, in the terms of Prometheus. @public */
export interface MetricFamily {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'summary';
  /** No two with the same suffix and labels. */
  samples: readonly MetricSample[];
}

/** Media type of {@link formatMetrics}. @public */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Metrics in the text format of Prometheus, version 0.0.4. Those without a value are left out. @public */
export function formatMetrics(families: readonly MetricFamily[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(formatFamily)
    .join('');
}

function formatFamily({ name, help, type, samples }: MetricFamily): string {
  const lines = [
    `# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(
      ({ labels, value, suffix }) =>
        `${suffix ? `${name}_${suffix}` : name}${formatLabels(
          labels,
        )} ${formatValue(value)}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function formatLabels(labels: MetricSample['labels']): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) =>
      `${name}="${value
        .replace(/\\/g, '\\\\')
        .replace(/"/g, '\\"')
        .replace(/\n/g, '\\n')}"`,
  );
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

function formatValue(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
