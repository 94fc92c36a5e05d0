import { z } from 'zod/v4';

const amount = z.number().min(0).max(1e12);

/** A worker's state of its part of the budget. All amounts are in the currency of the providers' prices. @public */
export const datasetBudgetRequestSchema = z.object({
  workerId: z.string().min(1).max(128),
  /** Tells a process from one that was started anew under the name. */
  instance: z.string().min(1).max(64),
  /** Sum of everything that this process knows it was granted. */
  granted: amount,
  spent: amount,
  /** What it would need more for a while. */
  wanted: amount,
  /** What a call needs that it could not make, while no other could give anything back. */
  missing: amount.optional(),
});

/** @public */
export type DatasetBudgetRequest = z.infer<typeof datasetBudgetRequestSchema>;

/** @public */
export const datasetBudgetResponseSchema = z.object({
  /** Sum of everything that the process was granted: an answer that is repeated grants nothing twice. */
  granted: amount,
  /** Nothing more is granted to anybody: the run ends. */
  exhausted: z.boolean(),
});

/** @public */
export type DatasetBudgetResponse = z.infer<typeof datasetBudgetResponseSchema>;
