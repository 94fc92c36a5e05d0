import { JsonObject } from '@backstage/types';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';

const DAY_MS = 24 * 60 * 60_000;
const ENDED = ['Succeeded', 'Failed'];

/** Facts about a component, by the names that checks use. */
export type ArenaFacts = {
  hasArenaJob: boolean;
  hasSchedule: boolean;
  hasLoadTest: boolean;
  /** Null before anything has ended. A job that was cancelled says nothing. */
  lastRunSucceeded: boolean | null;
  /** From 0 to 1, of the evaluation that ended last. Null before one has. */
  latestPassRate: number | null;
  /** Whole days. Null before anything has ended. */
  daysSinceLastRun: number | null;
};

/** Adds up what the jobs of one component say about it. */
export class ComponentFacts {
  private hasJob = false;
  private hasSchedule = false;
  private hasLoadTest = false;
  private lastRun: { at: number; succeeded: boolean } | undefined;
  private lastEvaluation: { at: number; passRate: number } | undefined;

  add(job: ArenaObject): void {
    const type = job.spec.type ?? 'evaluation';
    this.hasJob = true;
    this.hasSchedule ||= isObject(job.spec.schedule);
    this.hasLoadTest ||= type === 'loadtest';

    const status = job.status ?? {};
    const at = Date.parse(String(status.completionTime));
    if (Number.isNaN(at) || !ENDED.includes(String(status.phase))) return;
    if (!this.lastRun || this.lastRun.at < at) {
      this.lastRun = { at, succeeded: status.phase === 'Succeeded' };
    }
    const passRate = passRateOf(status);
    if (
      type === 'evaluation' &&
      passRate !== undefined &&
      (!this.lastEvaluation || this.lastEvaluation.at < at)
    ) {
      this.lastEvaluation = { at, passRate };
    }
  }

  at(now: number): ArenaFacts {
    const { lastRun } = this;
    return {
      hasArenaJob: this.hasJob,
      hasSchedule: this.hasSchedule,
      hasLoadTest: this.hasLoadTest,
      lastRunSucceeded: lastRun ? lastRun.succeeded : null,
      latestPassRate: this.lastEvaluation?.passRate ?? null,
      daysSinceLastRun: lastRun
        ? Math.max(0, Math.floor((now - lastRun.at) / DAY_MS))
        : null,
    };
  }
}

/** Of the items that have a verdict; what could not be run has none. */
function passRateOf(status: JsonObject): number | undefined {
  const result = isObject(status.result) ? status.result : {};
  const summary = isObject(result.summary) ? result.summary : {};
  const percent = Number.parseFloat(String(summary.passRate));
  if (Number.isFinite(percent)) return percent / 100;
  const progress = isObject(status.progress) ? status.progress : {};
  const [passed, failed] = [
    Number(progress.completed),
    Number(progress.failed),
  ];
  return passed + failed > 0 ? passed / (passed + failed) : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
