import { ItemReport } from '@backstage-arena/plugin-arena-common';
import {
  LoadCounts,
  LoadTime,
  ServiceLevels,
} from '@backstage-arena/plugin-arena-common/load';
import { CallProbe } from '../providers/CallMeter';
import { LoadRecorder } from './LoadRecorder';

/** One conversation of a load test, as it was. Times are milliseconds from the start of the test. @public */
export interface LoadOutcome {
  /** Number of the arrival. */
  number: number;
  stage: number;
  provider: string;
  scenario: string;
  dueMs: number;
  sentMs: number;
  endMs: number;
  /** Class of the error, `cancelled`, or `budget`; absent when it succeeded. */
  failed?: string;
  graded: boolean;
  passed: boolean;
  good: boolean;
}

export interface LoadSampleOptions
  extends Pick<
    LoadOutcome,
    'number' | 'stage' | 'provider' | 'scenario' | 'graded'
  > {
  /** On the clock of `performance.now`. */
  dueAt: number;
  sentAt: number;
  recorder: LoadRecorder;
  slo: ServiceLevels;
}

/** Records one conversation while it runs. */
export class LoadSample {
  /** False once a call missed its service level. */
  callsWereGood = true;

  constructor(readonly options: LoadSampleOptions) {
    const { dueAt, sentAt } = options;
    this.count(sentAt, counts => {
      counts.sent += 1;
    });
    this.time(sentAt, 'lateness', sentAt - dueAt);
    options.recorder.inFlight += 1;
  }

  /** Given to the conversation, which asks for one at each call. */
  readonly probe = (): CallProbe => new CallSample(this);

  count(now: number, change: (counts: LoadCounts) => void): void {
    const { recorder, stage, provider, scenario } = this.options;
    const second = recorder.at(now);
    change(second.series(stage, provider).counts);
    change(second.scenario(stage, scenario));
  }

  time(now: number, name: LoadTime, ms: number): void {
    const { recorder, stage, provider } = this.options;
    recorder.at(now).series(stage, provider).time(name, ms);
  }

  /**
   * The conversation is over.
   *
   * @param report - absent when it was not carried out to its end
   * @param failed - class of what kept it from that
   */
  end(
    report: ItemReport | undefined,
    failed: string | undefined,
  ): Omit<LoadOutcome, 'dueMs' | 'sentMs' | 'endMs'> & { endAt: number } {
    const { options } = this;
    const { dueAt, sentAt, slo, recorder } = options;
    const now = performance.now();
    recorder.inFlight -= 1;
    const latency = now - dueAt;
    const succeeded = failed === undefined;
    const graded = options.graded && succeeded;
    const passed = graded && report?.status === 'passed';
    const good =
      succeeded &&
      passed === graded &&
      this.callsWereGood &&
      latency <= (slo.latencyMs ?? Infinity);
    this.count(now, counts => {
      counts.completed += 1;
      if (failed === undefined) counts.succeeded += 1;
      else counts.failed[failed] = (counts.failed[failed] ?? 0) + 1;
      if (graded) counts.graded += 1;
      if (passed) counts.passed += 1;
      if (good) counts.good += 1;
      if (!report) return;
      counts.inputTokens += report.inputTokens;
      counts.outputTokens += report.outputTokens;
      counts.cachedTokens += report.cachedTokens;
      counts.cost += report.cost;
    });
    if (succeeded) {
      this.time(now, 'latency', latency);
      this.time(now, 'serviceTime', now - sentAt);
    }
    const { number, stage, provider, scenario } = options;
    return {
      number,
      stage,
      provider,
      scenario,
      endAt: now,
      ...(failed === undefined ? {} : { failed }),
      graded,
      passed,
      good,
    };
  }
}

/** Records one call. */
class CallSample implements CallProbe {
  private firstAt?: number;
  private lastAt = 0;
  private gaps = 0;

  constructor(private readonly sample: LoadSample) {}

  held(): void {
    this.sample.count(performance.now(), counts => {
      counts.heldBack += 1;
    });
  }

  grew(at: number): void {
    if (this.firstAt === undefined) {
      this.firstAt = at;
    } else {
      this.gaps += 1;
      this.sample.time(at, 'itl', at - this.lastAt);
    }
    this.lastAt = at;
  }

  succeeded({
    latencyMs,
    ttftMs,
    outputTokens,
  }: Parameters<CallProbe['succeeded']>[0]): void {
    const { sample } = this;
    const now = performance.now();
    this.ended(now);
    sample.time(now, 'callLatency', latencyMs);
    let tpot: number | undefined;
    if (ttftMs !== undefined) {
      sample.time(now, 'ttft', ttftMs);
      if (outputTokens > 1) {
        tpot = (latencyMs - ttftMs) / (outputTokens - 1);
        sample.time(now, 'tpot', tpot);
      }
    }
    const { slo } = sample.options;
    const itl =
      this.gaps > 0 && this.firstAt !== undefined
        ? (this.lastAt - this.firstAt) / this.gaps
        : undefined;
    const isGood =
      isWithin(ttftMs, slo.ttftMs) &&
      // A reply in one piece has no time between pieces.
      (itl === undefined || isWithin(itl, slo.itlMs)) &&
      (tpot === undefined || isWithin(tpot, slo.tpotMs));
    if (!isGood) sample.callsWereGood = false;
  }

  failed(errorClass: string | undefined): void {
    const now = performance.now();
    this.ended(now);
    if (errorClass !== 'rate_limit') return;
    this.sample.count(now, counts => {
      counts.rateLimited += 1;
    });
  }

  private ended(now: number): void {
    this.sample.options.recorder.countCall();
    this.sample.count(now, counts => {
      counts.calls += 1;
    });
  }
}

/** What has no value does not keep a limit. */
function isWithin(value: number | undefined, limit: number | undefined) {
  return limit === undefined || (value !== undefined && value <= limit);
}
