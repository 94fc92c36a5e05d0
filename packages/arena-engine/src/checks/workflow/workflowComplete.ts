import { z } from 'zod/v4';
import { CheckDefinition, verdict } from '../Check';
import { inWorkflow } from './inWorkflow';

export const workflowComplete: CheckDefinition = {
  type: 'workflow_complete',
  summary: 'The workflow is in a state that has no way out.',
  reads: 'workflow',
  scoring: '1 or 0.',
  example: {},
  params: z.strictObject({}),
  prepare: () =>
    inWorkflow(({ complete, current }) =>
      verdict(
        complete,
        complete
          ? `The workflow ended in state ${current}`
          : `The workflow is in state ${current}, which is not terminal`,
      ),
    ),
};
