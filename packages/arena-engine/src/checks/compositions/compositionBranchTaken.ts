import { z } from 'zod/v4';
import { CheckDefinition, verdict } from '../Check';
import { compositionCheck } from './compositionCheck';

export const compositionBranchTaken: CheckDefinition = {
  type: 'composition_branch_taken',
  summary: 'The branch led to the expected step.',
  reads: 'last composition',
  scoring: '1 or 0.',
  example: { branch: 'route', expected: 'escalate' },
  params: z.strictObject({
    branch: z.string().describe('Id of the branch step.'),
    expected: z.string().describe('Id of the step that it leads to.'),
  }),
  prepare(params) {
    const branch = params.string('branch') ?? '';
    const expected = params.string('expected') ?? '';
    return compositionCheck(params, ({ branches }) => {
      const taken = branches.get(branch);
      return verdict(
        taken !== undefined && taken === expected,
        taken === undefined
          ? `The branch ${branch} was not reached`
          : `The branch ${branch} led to ${taken}`,
      );
    });
  },
};
