import { CheckDefinition } from '../Check';
import { a2aEval } from './a2aEval';
import { a2aEvalSession } from './a2aEvalSession';
import { restEval } from './restEval';
import { restEvalSession } from './restEvalSession';

export const externalChecks: readonly CheckDefinition[] = [
  restEval,
  restEvalSession,
  a2aEval,
  a2aEvalSession,
];
