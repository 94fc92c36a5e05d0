import { restCheck } from './restCheck';

export const restEvalSession = restCheck({
  type: 'rest_eval_session',
  summary: 'An HTTP service finds that the conversation is good.',
  reads: 'whole conversation',
  subject: () => ({}),
});
