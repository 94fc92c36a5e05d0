import { PlanCell, RunPlan } from '../plan/RunPlan';
import { cellAt } from '../plan/cells';

const BITS = 0x7fffffff;

/**
 * The seed of an attempt, from 0 to 2^31 - 1: it follows from the seed of the run, so that a repetition asks the same, and no two of the
 * first 2^31 attempts share one.
 *
 * @public
 */
export function attemptSeed(runSeed: number, attempt: number): number {
  // Each step can be undone within 31 bits: that is what keeps seeds apart.
  let mixed = (attempt + Math.imul(runSeed, 0x9e3779b1)) & BITS;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad) & BITS;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97) & BITS;
  return mixed ^ (mixed >>> 15);
}

/**
 * The cell of an attempt. Attempts are an endless sequence over the items of the plan, each item in turn. The cell's index is that of the
 * attempt.
 *
 * @public
 */
export function attemptCell(plan: RunPlan, attempt: number): PlanCell {
  return { ...cellAt(plan, attempt % plan.total), index: attempt };
}
