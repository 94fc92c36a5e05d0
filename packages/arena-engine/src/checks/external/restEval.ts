import { restCheck } from './restCheck';

export const restEval = restCheck({
  type: 'rest_eval',
  summary: 'An HTTP service finds that the reply, sent as `output`, is good.',
  reads: 'whole conversation',
  subject: ({ output }) => ({ output }),
});
