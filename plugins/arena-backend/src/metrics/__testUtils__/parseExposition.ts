/** A metric as `@opentelemetry/exporter-prometheus` shows it. */
export interface ExposedMetric {
  type: string;
  help: string;
  samples: Array<{
    /** With `_bucket`, `_sum` or `_count` for histograms. */
    name: string;
    labels: Record<string, string>;
    value: number;
  }>;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/**
 * Reads the text format of Prometheus.
 *
 * @throws Error with a line that is none of it
 */
export function parseExposition(text: string): Map<string, ExposedMetric> {
  const metrics = new Map<string, ExposedMetric>();
  let current: [string, ExposedMetric] | undefined;
  for (const line of text.split('\n')) {
    const [, keyword, name, rest] = /^# (\w+) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      current = [name, { type: '', help: rest, samples: [] }];
      metrics.set(...current);
    } else if (keyword === 'TYPE' && current?.[0] === name) {
      current[1].type = rest;
    } else if (line !== '' && keyword !== 'UNIT') {
      const sample = SAMPLE.exec(line);
      if (!sample || !current) throw new Error(`Unexpected line: ${line}`);
      const labels = Object.fromEntries(
        [...(sample[2] ?? '').matchAll(LABEL)].map(([, key, value]) => [
          key,
          value,
        ]),
      );
      const value = Number(sample[3].replace('Inf', 'Infinity'));
      current[1].samples.push({ name: sample[1], labels, value });
    }
  }
  return metrics;
}
