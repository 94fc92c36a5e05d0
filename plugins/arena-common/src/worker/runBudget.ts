import { z } from 'zod/v4';
import type { ArenaJobSpec } from '../resources/arenajob';
import type { RunPins } from './protocol';
import { singleLine } from './singleLine';

const amount = z.number().min(0).max(1e12);

/**
 * A worker's state of its part of the budget, for runs whose items are leased. All amounts are in the currency of the providers' prices.
 *
 * @public
 */
export const runBudgetRequestSchema = z.object({
  workerId: singleLine(128).min(1),
  /** Tells a process from one that was started anew under the name. */
  instance: singleLine(64).min(1),
  /** Sum of everything that this process knows it was granted. */
  granted: amount,
  spent: amount,
  /** What it would need more for a while. */
  wanted: amount,
  /** What a call needs that it could not make, while no other could give anything back. */
  missing: amount.optional(),
});

/** @public */
export type RunBudgetRequest = z.infer<typeof runBudgetRequestSchema>;

/** @public */
export const runBudgetResponseSchema = z.object({
  /** Sum of everything that the process was granted: an answer that is repeated grants nothing twice. */
  granted: amount,
  /** Nothing more is granted to anybody: the run ends. */
  exhausted: z.boolean(),
});

/** @public */
export type RunBudgetResponse = z.infer<typeof runBudgetResponseSchema>;

/** What a run may spend, in the currency of the providers' prices. @public */
export const runBudgetSchema = z.object({
  limit: z.number().positive(),
  /** ISO 4217. */
  currency: z.string(),
});

/** @public */
export type RunBudget = z.infer<typeof runBudgetSchema>;

/**
 * The budget of a run whose items are leased: an evaluation, or data generation. That of a load test goes with its slices.
 *
 * @public
 */
export function runBudgetOf({
  budget,
  dataset,
}: Pick<RunPins, 'budget' | 'dataset'>): RunBudget | undefined {
  if (budget) return budget;
  if (dataset?.budgetLimit === undefined) return undefined;
  return { limit: dataset.budgetLimit, currency: dataset.budgetCurrency };
}

/** The budget that an admitted evaluation asks for. @public */
export function evaluationBudgetOf({
  type,
  evaluation,
}: Pick<ArenaJobSpec, 'type' | 'evaluation'>): RunBudget | undefined {
  if (type !== 'evaluation' || evaluation?.budgetLimit === undefined) {
    return undefined;
  }
  return {
    limit: Number(evaluation.budgetLimit),
    currency: evaluation.budgetCurrency,
  };
}
