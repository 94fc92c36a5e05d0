import { CheckDefinition } from '../Check';
import { compositionBranchTaken } from './compositionBranchTaken';
import { compositionOutput } from './compositionOutput';
import { compositionParallelComplete } from './compositionParallelComplete';
import { compositionStepOutput } from './compositionStepOutput';

export const compositionChecks: readonly CheckDefinition[] = [
  compositionStepOutput,
  compositionBranchTaken,
  compositionParallelComplete,
  compositionOutput,
];
