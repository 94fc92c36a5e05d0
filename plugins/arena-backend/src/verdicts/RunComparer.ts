import {
  ComparisonOptions,
  compareRunsInSteps,
  RunComparison,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import pLimit from 'p-limit';
import { PlannedRun } from '../runs/PlannedRun';
import { giveWay } from '../time/giveWay';
import { commonTrials } from './commonTrials';
import { readCountedCells } from './readCountedCells';

const MAX_KNOWN = 16;

/** Compares runs one pair at a time, and in steps: none of this process's other work waits for long. */
export class RunComparer {
  private readonly knex: Knex;
  private readonly known = new Map<string, RunComparison>();
  private readonly oneAtATime = pLimit(1);

  constructor(options: { knex: Knex }) {
    this.knex = options.knex;
  }

  /**
   * @param options.isFinal - that neither run changes any more: what is found is kept for a while
   * @param options.signal - when nobody waits for it any more
   */
  async compare(
    before: PlannedRun,
    after: PlannedRun,
    options: ComparisonOptions & { isFinal: boolean; signal?: AbortSignal },
  ): Promise<RunComparison> {
    const { isFinal, signal, ...limits } = options;
    const name = JSON.stringify([before.seq, after.seq, limits]);
    return this.oneAtATime(async () => {
      signal?.throwIfAborted();
      const known = this.known.get(name);
      if (known) return known;
      const trials = commonTrials(before, after);
      const read = { trials, signal };
      const comparison = await compareRunsInSteps(
        await readCountedCells(this.knex, before, read),
        await readCountedCells(this.knex, after, read),
        {
          ...limits,
          pause: async () => {
            signal?.throwIfAborted();
            await giveWay();
          },
        },
      );
      if (isFinal) this.keep(name, comparison);
      return comparison;
    });
  }

  private keep(name: string, comparison: RunComparison): void {
    this.known.set(name, comparison);
    if (this.known.size > MAX_KNOWN) {
      this.known.delete(this.known.keys().next().value!);
    }
  }
}
