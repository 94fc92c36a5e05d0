import { ItemStatus } from '../runs';
import { isJudged } from './isJudged';
import { Latencies } from './Latencies';
import { Moments } from './Moments';
import { TrialGroup, trialStatistics } from './trialStatistics';
import { CellStatistics } from './types';
import { verdictStatistics } from './verdictStatistics';

/** What the statistics need of an item. @public */
export interface CellSample {
  /** With the variant: items that agree in both are trials of the same text. */
  region: string;
  variant: number;
  status: ItemStatus;
  /** What kept the item from being judged. */
  error?: object;
  /** From 0 to 1. */
  score?: number;
  /** Milliseconds. */
  durationMs: number;
  /** Milliseconds. */
  ttftMs?: number;
}

/**
 * Adds up the statistics of a cell in one pass. Its memory does not grow with the number of items.
 *
 * @remarks
 * Items of one group (equal region and variant) must come one after the other, as they do in order of index.
 *
 * @public
 */
export class CellAccumulator {
  private items = 0;
  private judged = 0;
  private passed = 0;
  private group?: { region: string; variant: number } & TrialGroup;
  private readonly groups = new Map<string, TrialGroup>();
  private readonly score = new Moments();
  private readonly duration = new Latencies();
  private readonly ttft = new Latencies();

  add(sample: CellSample): void {
    const { region, variant } = sample;
    this.items += 1;
    if (this.group?.region !== region || this.group.variant !== variant) {
      this.closeGroup();
      this.group = { region, variant, judged: 0, passed: 0, count: 1 };
    }
    if (!isJudged(sample)) return;
    this.judged += 1;
    this.group.judged += 1;
    if (sample.status === 'passed') {
      this.passed += 1;
      this.group.passed += 1;
    }
    if (sample.score !== undefined) this.score.add(sample.score);
    if (sample.ttftMs !== undefined) this.ttft.add(sample.ttftMs);
    this.duration.add(sample.durationMs);
  }

  /** How many items were added. */
  get size(): number {
    return this.items;
  }

  get statistics(): CellStatistics {
    const open = this.group ? [this.group] : [];
    const score = this.score.statistics;
    const duration = this.duration.statistics;
    const ttft = this.ttft.statistics;
    return {
      items: this.items,
      unjudged: this.items - this.judged,
      ...verdictStatistics({ judged: this.judged, passed: this.passed }),
      trials: trialStatistics([...this.groups.values(), ...open]),
      ...(score && { score }),
      ...(duration && { duration }),
      ...(ttft && { ttft }),
    };
  }

  /** Equal groups are one entry: there are few different ones, however many groups there are. */
  private closeGroup(): void {
    const { group } = this;
    if (!group) return;
    this.group = undefined;
    const { judged, passed } = group;
    const key = `${judged}/${passed}`;
    const equal = this.groups.get(key);
    if (equal) equal.count += 1;
    else this.groups.set(key, { judged, passed, count: 1 });
  }
}
