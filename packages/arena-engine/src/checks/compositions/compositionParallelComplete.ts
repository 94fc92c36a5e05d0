import { z } from 'zod/v4';
import { CheckDefinition, verdict } from '../Check';
import { compositionCheck } from './compositionCheck';

export const compositionParallelComplete: CheckDefinition = {
  type: 'composition_parallel_complete',
  summary: 'All branches of the parallel step finished.',
  reads: 'last composition',
  scoring: '1 or 0.',
  example: { parallel: 'gather' },
  params: z.strictObject({
    parallel: z.string().describe('Id of the parallel step.'),
  }),
  prepare(params) {
    const id = params.string('parallel') ?? '';
    return compositionCheck(params, ({ parallels }) => {
      const parallel = parallels.get(id);
      if (!parallel) {
        return verdict(false, `The parallel step ${id} was not reached`);
      }
      const finished = new Set(parallel.finished);
      const missing = parallel.all.filter(branch => !finished.has(branch));
      return verdict(
        missing.length === 0,
        missing.length === 0
          ? `All branches of ${id} finished`
          : `Not finished: ${missing.join(', ')}`,
      );
    });
  },
};
