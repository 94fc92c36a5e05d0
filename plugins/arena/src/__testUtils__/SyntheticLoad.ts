import {
  LoadControl,
  LoadProfile,
  LoadReport,
  LoadSeriesRow,
  LoadState,
} from '@backstage-arena/plugin-arena-common';
import {
  LoadCourse,
  LoadSeries,
  loadSeriesRow,
  LoadTotals,
} from '@backstage-arena/plugin-arena-common/load';
import { CREATED } from './objects';

/** What happens to the conversations of a second. */
export interface SyntheticSecond {
  /** Of those that are due. */
  sent: number;
  /** Of those that were sent. */
  failed: number;
  rateLimited?: number;
  /** Median latency in milliseconds. */
  latencyMs: number;
  latenessMs: number;
}

/** The same numbers at every visit, from 0 to 1. */
export function noise(seed: number): number {
  const x = Math.sin(seed * 12.9898) * 43758.5453;
  return x - Math.floor(x);
}

/** Long to the right, as latencies are. */
function spread(median: number, seed: number): number {
  const u = noise(seed) - 0.5;
  const away = -Math.log(1 - 1.98 * Math.abs(u)) * 0.33;
  return median * Math.exp(Math.sign(u) * away);
}

/** Adds what happens to a share of a second's conversations. */
function add(totals: LoadTotals, happened: SyntheticSecond, seed: number) {
  const { sent, failed, rateLimited = 0, latencyMs, latenessMs } = happened;
  const { counts } = totals;
  const succeeded = sent - failed;
  let good = 0;
  for (let n = 0; n < succeeded; n++) {
    const ms = spread(latencyMs, seed + n * 7);
    const late = latenessMs * (0.4 + noise(seed + n));
    if (ms < 3_000) good++;
    totals.time('latency').record(ms);
    totals.time('serviceTime').record(ms - late);
    totals.time('callLatency').record(ms * 0.92);
    totals.time('ttft').record(ms * 0.28);
    totals.time('itl').record(ms * 0.012);
    totals.time('tpot').record(ms * 0.011);
    totals.time('lateness').record(late);
  }
  counts.sent += sent;
  counts.completed += sent;
  counts.succeeded += succeeded;
  counts.graded += succeeded;
  counts.passed += succeeded;
  counts.good += good;
  counts.calls += sent;
  counts.rateLimited += rateLimited;
  counts.inputTokens += sent * 410;
  counts.outputTokens += succeeded * 96;
  counts.cost += sent * 0.0011;
  for (const [name, number] of [
    ['provider', failed - rateLimited],
    ['rate_limit', rateLimited],
  ] as const) {
    if (number > 0) counts.failed[name] = (counts.failed[name] ?? 0) + number;
  }
}

/** A load test whose seconds go as told, with the rows, the report and the audit that real ones have. */
export class SyntheticLoad {
  readonly course: LoadCourse;
  readonly rows: LoadSeriesRow[] = [];
  private readonly happens: (second: number, due: number) => SyntheticSecond;
  private readonly workers: string[];
  private readonly providers: string[];
  private readonly scenarios: string[];
  private readonly secondsPerBatch: number;
  /** By worker, then provider: what is not in a batch yet. */
  private parts: LoadTotals[][] = [];
  private dropped = 0;
  private batched = 0;

  constructor(
    readonly profile: LoadProfile,
    options: {
      happens?: (second: number, due: number) => SyntheticSecond;
      controls?: LoadControl[];
      workers?: string[];
      providers?: string[];
      scenarios?: string[];
      /** Real workers make one batch a second; an hour of them takes its time. */
      secondsPerBatch?: number;
    } = {},
  ) {
    this.course = new LoadCourse(profile);
    this.course.setControls(options.controls ?? []);
    this.happens =
      options.happens ??
      ((_, due) => ({ sent: due, failed: 0, latencyMs: 400, latenessMs: 0.4 }));
    this.workers = options.workers ?? ['worker-0', 'worker-1'];
    this.providers = options.providers ?? ['gpt', 'claude'];
    this.scenarios = options.scenarios ?? ['greeting', 'refund'];
    this.secondsPerBatch = options.secondsPerBatch ?? 1;
  }

  /** Lets the test run until a second. */
  runTo(end: number): this {
    for (let second = this.rows.length; second < end; second++) {
      this.step(second);
      const isLast = (second + 1) * 1_000 >= this.course.endMs;
      if (isLast || second + 1 - this.batched >= this.secondsPerBatch) {
        this.tell(second + 1, isLast);
      }
    }
    return this;
  }

  report(
    endedBy: LoadReport['endedBy'] = 'running',
    startedAt = CREATED,
  ): LoadReport {
    return this.course.report({
      title: 'default/checkout-load',
      startedAt: new Date(startedAt),
      elapsedMs: this.batched * 1_000,
      endedBy,
    });
  }

  state(changes: Partial<LoadState> = {}): LoadState {
    const { startedAt = CREATED, phase = 'running' } = changes;
    return {
      phase,
      profile: this.profile,
      startedAt,
      nowMs: this.rows.length * 1_000,
      controls: [...this.course.controls],
      stages: [...this.course.stages],
      workers: { ready: this.workers.length, expected: this.workers.length },
      report:
        this.rows.length > 0
          ? this.report(phase === 'over' ? 'completed' : 'running', startedAt)
          : undefined,
      ...changes,
    };
  }

  private step(second: number): void {
    const { schedule } = this.course;
    const due = schedule
      ? schedule.arrivalsUntil((second + 1) * 1_000) -
        schedule.arrivalsUntil(second * 1_000)
      : 10;
    const happened = this.happens(second, due);
    const { workers, providers } = this;
    const totals = new LoadTotals();
    const count = workers.length * providers.length;
    for (let part = 0; part < count; part++) {
      const shareOf = (n: number) => Math.floor((n + part) / count);
      const p = part % providers.length;
      const w = Math.floor(part / providers.length);
      const sent = shareOf(happened.sent);
      const failed = Math.min(sent, shareOf(happened.failed));
      const own = {
        sent,
        failed,
        rateLimited: Math.min(failed, shareOf(happened.rateLimited ?? 0)),
        latencyMs: happened.latencyMs * (1 + p * 0.25),
        latenessMs: happened.latenessMs,
      };
      this.parts[w] ??= [];
      this.parts[w][p] ??= new LoadTotals();
      for (const target of [this.parts[w][p], totals]) {
        add(target, own, second * 100 + part);
      }
    }
    const missing = Math.max(0, due - happened.sent);
    totals.addDropped({ inFlight: missing });
    this.dropped += missing;
    this.rows.push(
      loadSeriesRow({
        second,
        totals,
        workers: workers.length,
        inFlight: Math.ceil((happened.sent * happened.latencyMs) / 1_000),
        schedule,
      }),
    );
  }

  /** What workers tell of the seconds since the last time. */
  private tell(until: number, last: boolean): void {
    const second = this.batched;
    const seconds = until - second;
    const stage = this.course.stages.find(
      ({ endMs }) => second * 1_000 < endMs,
    );
    this.workers.forEach((workerId, w) => {
      const all = this.parts[w];
      const sum = all.reduce((total, each) => total + each.counts.sent, 0);
      this.course.accumulator.add({
        worker: {
          workerId,
          second: until - 1,
          elapsedMs: seconds * 1_000,
          eventLoopDelay: { p50: 1, p99: 3 + 4 * noise(second + w), max: 9 },
          cpuMs: (310 + 40 * noise(second * 3 + w)) * seconds,
          spinMs: 60 * seconds,
          inFlight: Math.ceil(sum / seconds),
          connectionsOpened: second === 0 ? 8 : 0,
          connectionsReused: sum,
          rssBytes: 180_000_000,
          last,
        },
        records: [
          {
            second,
            stage: stage?.index ?? 0,
            providers: Object.fromEntries(
              this.providers.map((provider, p) => [provider, encode(all[p])]),
            ),
            scenarios: Object.fromEntries(
              this.scenarios.map((scenario, s) => [
                scenario,
                (all[s] ?? new LoadTotals()).counts,
              ]),
            ),
            dropped: w === 0 ? { inFlight: this.dropped } : {},
          },
        ],
      });
    });
    this.batched = until;
    this.parts = [];
    this.dropped = 0;
  }
}

function encode({ counts, times }: LoadTotals): LoadSeries {
  const encoded: LoadSeries['times'] = {};
  times.forEach((histogram, name) => {
    encoded[name] = histogram.encode();
  });
  return { ...counts, times: encoded };
}
