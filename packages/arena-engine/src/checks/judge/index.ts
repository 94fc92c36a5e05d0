import { CheckDefinition } from '../Check';
import { llmJudge } from './llmJudge';
import { llmJudgeSession } from './llmJudgeSession';
import { llmJudgeToolCalls } from './llmJudgeToolCalls';

export const judgeChecks: readonly CheckDefinition[] = [
  llmJudge,
  llmJudgeSession,
  llmJudgeToolCalls,
];
