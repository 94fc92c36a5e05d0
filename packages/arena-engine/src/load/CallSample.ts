import {
  LoadCounts,
  LoadTime,
  ServiceLevels,
} from '@backstage-arena/plugin-arena-common/load';
import { CallProbe } from '../providers/CallMeter';
import { LoadRecorder } from './LoadRecorder';

/** The conversation that a call belongs to. */
export interface SampledConversation {
  readonly options: { recorder: LoadRecorder; slo: ServiceLevels };
  callsWereGood: boolean;
  /** When the last call was over, on the clock of `performance.now`. */
  lastCallAt?: number;
  count(now: number, change: (counts: LoadCounts) => void): void;
  time(now: number, name: LoadTime, ms: number): void;
}

/** Records one call. */
export class CallSample implements CallProbe {
  private firstAt?: number;
  private lastAt = 0;
  private gaps = 0;

  constructor(private readonly sample: SampledConversation) {}

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
    const isStreamed = ttftMs !== undefined;
    const isGood =
      isWithin(ttftMs, slo.ttftMs) &&
      // Of a reply that is not streamed, nobody knows how fast its tokens came.
      (isStreamed || (slo.itlMs === undefined && slo.tpotMs === undefined)) &&
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
    this.sample.lastCallAt = now;
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
