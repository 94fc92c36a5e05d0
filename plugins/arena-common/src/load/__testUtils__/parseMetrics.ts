import { MetricFamily, MetricSample } from '../metrics';

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([^\s{]+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/;
const VALUE = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|NaN|[+-]Inf)$/;
const HELP = /^# HELP (\S+) ((?:[^\\\n]|\\[\\n])+)$/;
const TYPE = /^# TYPE (\S+) (counter|gauge|summary)$/;

/**
 * Reads metrics in the text format of Prometheus 0.0.4, strictly.
 *
 * @throws Error with the line that is not valid
 */
export function parseMetrics(text: string): MetricFamily[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families: Array<MetricFamily & { samples: MetricSample[] }> = [];
  let help: RegExpExecArray | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const type = TYPE.exec(line);
    if (line.startsWith('# HELP')) {
      help = check(HELP.exec(line), line);
    } else if (type) {
      const [, name] = type;
      check(NAME.exec(name) && help?.[1] === name, line);
      check(
        families.every(family => family.name !== name),
        line,
      );
      families.push({
        name,
        help: unescape(help![2]),
        type: type[2] as MetricFamily['type'],
        samples: [],
      });
    } else {
      const family = check(families[families.length - 1], line);
      family.samples.push(parseSample(line, family));
    }
  }
  families.forEach(checkFamily);
  return families;
}

function parseSample(line: string, { name, type }: MetricFamily): MetricSample {
  const [, full, list = '', value] = check(SAMPLE.exec(line), line);
  check(VALUE.test(value), line);
  const suffix = full === name ? undefined : full.slice(name.length + 1);
  check(full === name || full === `${name}_${suffix}`, line);
  check(
    suffix === undefined ||
      (type === 'summary' && (suffix === 'sum' || suffix === 'count')),
    line,
  );
  const labels: Record<string, string> = {};
  for (let rest = list; rest !== ''; ) {
    const [all, label, content] = check(LABEL.exec(rest), line);
    check(!(label in labels), line);
    labels[label] = unescape(content);
    rest = rest.slice(all.length);
  }
  return {
    labels,
    value: Number(value.replace('Inf', 'Infinity')),
    ...(suffix && { suffix: suffix as MetricSample['suffix'] }),
  };
}

function checkFamily({ name, type, samples }: MetricFamily): void {
  check(samples.length > 0, name);
  const keys = samples.map(({ labels, suffix }) =>
    JSON.stringify([suffix, Object.entries(labels).sort()]),
  );
  check(new Set(keys).size === keys.length, name);
  if (type === 'counter') {
    check(name.endsWith('_total'), name);
    samples.forEach(({ value }) => check(value >= 0, name));
  }
  if (type !== 'summary') return;
  const groups = new Map<string, MetricSample[]>();
  for (const sample of samples) {
    const { quantile, ...labels } = sample.labels;
    check((quantile === undefined) === (sample.suffix !== undefined), name);
    const key = JSON.stringify(labels);
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  for (const group of groups.values()) {
    check(group.filter(({ suffix }) => suffix === 'sum').length === 1, name);
    check(group.filter(({ suffix }) => suffix === 'count').length === 1, name);
    const quantiles = group.filter(({ suffix }) => suffix === undefined);
    quantiles.forEach(({ labels, value }, i) => {
      const share = Number(labels.quantile);
      check(share >= 0 && share <= 1, name);
      if (i === 0) return;
      check(share > Number(quantiles[i - 1].labels.quantile), name);
      check(value >= quantiles[i - 1].value, name);
    });
  }
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_, character) =>
    character === 'n' ? '\n' : character,
  );
}

function check<T>(
  value: T,
  line: string,
): Exclude<T, null | undefined | false> {
  if (!value) throw new Error(`not valid: ${line}`);
  return value as Exclude<T, null | undefined | false>;
}
