import { CheckDefinition } from '../Check';
import { answerRelevancy } from './answerRelevancy';
import { contextualPrecision } from './contextualPrecision';
import { contextualRecall } from './contextualRecall';
import { contextualRelevancy } from './contextualRelevancy';
import { faithfulness } from './faithfulness';
import { hallucination } from './hallucination';

export const ragChecks: readonly CheckDefinition[] = [
  faithfulness,
  hallucination,
  answerRelevancy,
  contextualPrecision,
  contextualRelevancy,
  contextualRecall,
];
