import { ItemReport } from '@backstage-arena/plugin-arena-common';
import {
  LoadCounts,
  LoadTime,
  ServiceLevels,
} from '@backstage-arena/plugin-arena-common/load';
import { ExecuteOptions } from '../Engine';
import { CallProbe } from '../providers/CallMeter';
import { CallSample } from './CallSample';
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
  lastCallAt?: number;

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

  /** Told what each call used: a conversation that is cancelled was paid for too. */
  readonly onUse: ExecuteOptions['onUse'] = used =>
    this.count(performance.now(), counts => {
      counts.inputTokens += used.inputTokens;
      counts.outputTokens += used.outputTokens;
      counts.cachedTokens += used.cachedTokens;
      counts.cost += used.cost;
    });

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
    const succeeded = failed === undefined;
    // Judging takes time that is none of the system under test.
    const endAt = succeeded ? this.lastCallAt ?? now : now;
    const latency = endAt - dueAt;
    const hasPassed = succeeded && report?.status === 'passed';
    const graded = succeeded && options.graded && !!report?.checksTotal;
    const passed = graded && hasPassed;
    const good =
      hasPassed && this.callsWereGood && latency <= (slo.latencyMs ?? Infinity);
    this.count(now, counts => {
      counts.completed += 1;
      if (failed === undefined) counts.succeeded += 1;
      else counts.failed[failed] = (counts.failed[failed] ?? 0) + 1;
      if (graded) counts.graded += 1;
      if (passed) counts.passed += 1;
      if (good) counts.good += 1;
    });
    if (succeeded) {
      this.time(now, 'latency', latency);
      this.time(now, 'serviceTime', endAt - sentAt);
    }
    const { number, stage, provider, scenario } = options;
    return {
      number,
      stage,
      provider,
      scenario,
      endAt,
      ...(failed === undefined ? {} : { failed }),
      graded,
      passed,
      good,
    };
  }
}
