import {
  coreServices,
  createServiceFactory,
  RootLoggerService,
} from '@backstage/backend-plugin-api';
import { metrics, trace } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import {
  SlowModel,
  startSlowModel,
  writeSlowBundle,
} from '../__testUtils__/slowBundle';
import {
  finished,
  startPortal,
  TestPortal,
  workerPids,
} from '../__testUtils__/startPortal';
import {
  ExposedMetric,
  parseExposition,
} from './__testUtils__/parseExposition';
import { readMetricsTable } from './__testUtils__/readMetricsTable';
import { readPromQl } from './__testUtils__/readPromQl';

jest.setTimeout(240_000);

const ROOT = resolve(__dirname, '../../../..');
const API = 'omnia.altairalabs.ai/v1alpha1';
const ITEMS = 400;
/** Prometheus adds these to what it scrapes, and to histograms. */
const ADDED = ['job', 'instance', 'le'];

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

interface LogLine {
  message: string;
  fields: Record<string, unknown>;
}

function createLogger(
  lines: LogLine[],
  fields: Record<string, unknown> = {},
): RootLoggerService {
  const log = (message: string, more: object = {}) => {
    lines.push({ message, fields: { ...fields, ...more } });
  };
  return {
    error: log,
    warn: log,
    info: log,
    debug: log,
    child: more => createLogger(lines, { ...fields, ...more }),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise(done => server.close(done));
  return port;
}

describe('what a backend tells those who operate it', () => {
  const spans = new InMemorySpanExporter();
  const lines: LogLine[] = [];
  const table = readMetricsTable(read('docs/operations.md'));
  let meters: MeterProvider;
  let metricsUrl: string;
  let folder: string;
  let model: SlowModel;
  let portal: TestPortal;
  let runId: string;
  /** While the job ran, with a browser that watched. */
  let during: Map<string, ExposedMetric>;
  let after: Map<string, ExposedMetric>;

  const scrape = async () =>
    parseExposition(await (await fetch(metricsUrl)).text());

  async function scrapeUntil(
    condition: (exposed: Map<string, ExposedMetric>) => boolean,
  ) {
    const end = Date.now() + 20_000;
    for (;;) {
      const exposed = await scrape();
      if (condition(exposed)) return exposed;
      if (Date.now() > end) {
        throw new Error(`In vain: ${JSON.stringify([...exposed], null, 1)}`);
      }
      await new Promise(done => setTimeout(done, 200));
    }
  }

  /** Sum of the samples that have the labels. */
  const valueOf = (
    exposed: Map<string, ExposedMetric>,
    name: string,
    labels: Record<string, string> = {},
  ) => {
    const metric = exposed.get(name.replace(/_(bucket|sum|count)$/, ''));
    const samples = (metric ?? exposed.get(name))?.samples.filter(
      sample =>
        sample.name === name &&
        Object.entries(labels).every(([k, v]) => sample.labels[k] === v),
    );
    return samples?.length
      ? samples.reduce((sum, { value }) => sum + value, 0)
      : undefined;
  };

  beforeAll(async () => {
    // As Backstage's documentation sets it up.
    const port = await freePort();
    const exporter = new PrometheusExporter({ host: '127.0.0.1', port });
    meters = new MeterProvider({ readers: [exporter] });
    metrics.setGlobalMeterProvider(meters);
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({
        spanProcessors: [new SimpleSpanProcessor(spans)],
      }),
    );
    metricsUrl = `http://127.0.0.1:${port}/metrics`;

    folder = mkdtempSync(join(tmpdir(), 'arena-metrics-'));
    const workspaceRoot = join(folder, 'bundles');
    mkdirSync(workspaceRoot);
    model = await startSlowModel(40);
    writeSlowBundle(join(workspaceRoot, 'slow'), { url: model.url });
    portal = await startPortal(folder, {
      workspaceRoot,
      arena: {
        queue: { leaseTtl: '2s', heartbeatInterval: '500ms' },
        workers: { spare: 0 },
      },
      features: [
        createServiceFactory({
          service: coreServices.rootLogger,
          deps: {},
          factory: () => createLogger(lines),
        }),
      ],
    });
    const create = (plural: string, kind: string, name: string, spec: object) =>
      portal.call('POST', `${portal.objects}/${plural}`, {
        apiVersion: API,
        kind,
        metadata: { name },
        spec,
      });
    await create('arenasources', 'ArenaSource', 'slow', {
      type: 'workspace',
      workspace: { path: 'slow' },
      interval: '1h',
    });
    await create('arenajobs', 'ArenaJob', 'measured', {
      sourceRef: { name: 'slow' },
      trials: ITEMS,
      workers: { replicas: 2 },
    });
    const watching = new AbortController();
    const stream = await fetch(`${portal.base}/stream?topic=jobs`, {
      signal: watching.signal,
    });
    if (!stream.ok) throw new Error(`No stream: ${stream.status}`);
    const running = await portal.waitFor(
      'arenajobs',
      'measured',
      job => job.status?.progress?.completed > 0,
    );
    runId = running.status.run.id;
    during = await scrapeUntil(
      exposed => (valueOf(exposed, 'arena_workers') ?? 0) === 2,
    );
    process.kill(workerPids()[0], 'SIGKILL');
    const job = await portal.waitFor('arenajobs', 'measured', finished);
    if (job.status.phase !== 'Succeeded') {
      throw new Error(JSON.stringify(job.status, null, 2));
    }
    watching.abort();
    after = await scrapeUntil(
      exposed =>
        valueOf(exposed, 'arena_runs_open') === 0 &&
        valueOf(exposed, 'arena_stream_connections') === 0 &&
        (valueOf(exposed, 'arena_leases_expired_total') ?? 0) > 0,
    );
  });

  afterAll(async () => {
    await portal?.stop();
    await model?.close();
    await meters?.shutdown();
    metrics.disable();
    trace.disable();
    rmSync(folder, { recursive: true, force: true });
  });

  it('exports the metrics of the table, and no others', () => {
    expect(table.length).toBeGreaterThan(20);
    const exported = [...after]
      .filter(([name]) => name.startsWith('arena'))
      .map(([name, { type, help }]) => ({ name, type, help }));
    const documented = table.map(({ prometheus, kind, what }) => ({
      name: prometheus,
      type: kind,
      help: what,
    }));
    const byName = (a: { name: string }, b: { name: string }) =>
      a.name < b.name ? -1 : 1;
    expect(exported.sort(byName)).toEqual(documented.sort(byName));
  });

  it('exports the labels of the table, and no others', () => {
    const unbounded = new RegExp(`${runId}|measured`);
    for (const { prometheus, labels } of table) {
      const { samples } = after.get(prometheus)!;
      for (const sample of samples) {
        const own = Object.entries(sample.labels).filter(
          ([label]) => label !== 'le' && !label.startsWith('otel_'),
        );
        expect([prometheus, own.map(([label]) => label).sort()]).toEqual([
          prometheus,
          [...labels.keys()].sort(),
        ]);
        for (const [label, value] of own) {
          expect(value).not.toMatch(unbounded);
          const values = labels.get(label)!;
          expect(values.length === 0 || values.includes(value)).toBe(true);
        }
      }
    }
  });

  it('counts what happened', () => {
    const reported = (outcome: string) =>
      valueOf(after, 'arena_items_reported_total', { outcome });
    expect(reported('passed')).toBe(ITEMS);
    expect(reported('failed')).toBeUndefined();
    expect(valueOf(after, 'arena_items_refused_total')).toBe(0);
    expect(
      valueOf(after, 'arena_provider_tokens_total', { direction: 'input' }),
    ).toBe(3 * ITEMS);
    expect(valueOf(after, 'arena_runs_total', { phase: 'Succeeded' })).toBe(1);
    expect(valueOf(after, 'arena_run_items_total')).toBe(ITEMS);
    expect(valueOf(after, 'arena_run_duration_seconds_count')).toBe(1);
    expect(
      valueOf(after, 'arena_report_duration_seconds_count', {
        answer: 'stored',
      }),
    ).toBeGreaterThan(0);
    expect(
      valueOf(after, 'arena_reconcile_duration_seconds_count', {
        kind: 'ArenaJob',
        outcome: 'done',
      }),
    ).toBeGreaterThan(2);
    expect(valueOf(after, 'arena_leases_expired_total')).toBeGreaterThan(0);
  });

  it('shows what is now', () => {
    const open = { type: 'evaluation', state: 'Running' };
    expect(valueOf(during, 'arena_runs_open', open)).toBe(1);
    expect(
      valueOf(during, 'arena_leases', { kind: 'work' }),
    ).toBeGreaterThanOrEqual(1);
    expect(valueOf(during, 'arena_stream_connections')).toBe(1);
    const waiting = valueOf(during, 'arena_items_waiting')!;
    const leased = valueOf(during, 'arena_items_leased')!;
    expect(leased).toBeGreaterThan(0);
    expect(waiting + leased).toBeLessThan(ITEMS);
    expect(valueOf(after, 'arena_items_waiting')).toBe(0);
    expect(valueOf(after, 'arena_items_leased')).toBe(0);
    expect(valueOf(after, 'arena_leader')).toBe(1);
    expect(valueOf(after, 'arena_cluster_ready')).toBe(1);
    expect(valueOf(after, 'arena_snapshots_size_bytes')).toBeGreaterThan(100);
  });

  it('has all that the dashboard asks for', () => {
    const dashboard = JSON.parse(read('deploy/grafana/arena.json'));
    const targets = dashboard.panels.flatMap((panel: any) =>
      (panel.targets ?? []).map((target: any) => [panel.title, target]),
    );
    expect(targets.length).toBeGreaterThan(25);
    const shown = new Set<string>();
    for (const [title, { expr, legendFormat }] of targets) {
      const legend = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)];
      const names = checkExpression(
        expr
          .replaceAll('$cluster', 'embedded')
          .replaceAll('$__rate_interval', '5m'),
        { where: title, labels: legend.map(([, label]) => label) },
      );
      names.forEach(name => shown.add(name));
    }
    // What is not on it nobody looks at.
    expect(table.filter(({ name }) => !shown.has(name))).toEqual([]);
    for (const { query } of dashboard.templating.list.filter(
      (variable: any) => variable.type === 'query',
    )) {
      const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(
        query.query,
      )!;
      checkExpression(metric, { where: 'variable', labels: [label] });
    }
  });

  it('has all that the alerts ask for, and says what to do', () => {
    const { groups } = parse(read('deploy/prometheus/arena-rules.yaml'));
    const rules = groups.flatMap((group: any) => group.rules);
    expect(rules.length).toBeGreaterThan(8);
    const headings = read('docs/operations.md')
      .split('\n')
      .flatMap(line => /^### (\w+)$/.exec(line)?.[1] ?? []);
    for (const { alert, expr, labels, annotations } of rules) {
      const used = [
        ...Object.values<string>(annotations)
          .join()
          .matchAll(/\$labels\.(\w+)/g),
      ].map(([, label]) => label);
      checkExpression(expr, { where: alert, labels: used });
      // Labels of an alert are those by which its expression groups.
      const grouped = readPromQl(expr).labels;
      used.forEach(label => expect(grouped).toContain(label));
      expect(['critical', 'warning']).toContain(labels.severity);
      expect(headings).toContain(alert);
      expect(annotations.runbook_url).toMatch(
        new RegExp(`/docs/operations\\.md#${alert.toLowerCase()}$`),
      );
    }
  });

  it('makes spans of looks at objects, leases and reports', () => {
    const of = (name: string) =>
      spans.getFinishedSpans().filter(span => span.name === name);
    expect(
      of('arena.reconcile').some(
        ({ attributes }) =>
          attributes['arena.cluster'] === 'embedded' &&
          attributes['arena.kind'] === 'ArenaJob' &&
          attributes['arena.object'] === 'default/measured',
      ),
    ).toBe(true);
    for (const name of ['arena.lease', 'arena.report']) {
      expect(of(name)[0].attributes).toMatchObject({
        'arena.run.id': runId,
        'arena.cluster': 'embedded',
        'arena.job': 'default/measured',
      });
    }
  });

  it('says in each line of the log about a run whose it is', () => {
    const about = lines.filter(
      ({ message, fields }) =>
        fields.plugin === 'arena' &&
        (fields.runId !== undefined ||
          message.includes(runId) ||
          message.includes('default/measured')),
    );
    const texts = about.map(({ message }) => message).join('\n');
    expect(texts).toContain('is now Running');
    expect(texts).toContain('was ended by SIGKILL');
    expect(texts).toMatch(/Took back \d expired lease/);
    for (const { message, fields } of about) {
      expect({ message, ...fields }).toMatchObject({
        runId,
        cluster: 'embedded',
        job: 'default/measured',
      });
    }
  });

  /** Returns the names of the metrics, as the table has them. */
  function checkExpression(
    expression: string,
    options: { where: string; labels: string[] },
  ): string[] {
    const { where } = options;
    const use = readPromQl(expression);
    expect(use.metrics.length).toBeGreaterThan(0);
    const found = use.metrics.map(metric => {
      const name = metric.replace(/_(bucket|sum|count)$/, '');
      const row = table.find(
        ({ prometheus, kind }) =>
          prometheus === (kind === 'histogram' ? name : metric),
      );
      const isExported = [...after.values()].some(({ samples }) =>
        samples.some(sample => sample.name === metric),
      );
      if (!row || !isExported) {
        throw new Error(`${where}: ${metric} is not exported`);
      }
      return { metric, row };
    });
    for (const { metric, label, values } of use.matchers) {
      const { row } = found.find(each => each.metric === metric)!;
      const known = row.labels.get(label);
      if (!known) throw new Error(`${where}: ${metric} has no label ${label}`);
      if (known.length === 0) continue;
      for (const value of values) expect(known).toContain(value);
    }
    const labels = [
      ...found.flatMap(({ row }) => [...row.labels.keys()]),
      ...ADDED,
    ];
    for (const label of [...use.labels, ...options.labels]) {
      if (!labels.includes(label)) {
        throw new Error(`${where}: no metric of it has the label ${label}`);
      }
    }
    return found.map(({ row }) => row.name);
  }
});
