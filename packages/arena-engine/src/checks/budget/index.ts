import { CheckDefinition } from '../Check';
import { costBudget } from './costBudget';
import { latencyBudget } from './latencyBudget';

export const budgetChecks: readonly CheckDefinition[] = [
  latencyBudget,
  costBudget,
];
