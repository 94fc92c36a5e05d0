import { classifierCheck } from './classifierCheck';

export const textToxicity = classifierCheck({
  type: 'text_toxicity',
  summary: 'A classifier model finds nothing toxic in a text: 1 is clean.',
  kind: 'text',
  unwanted: /toxic|hate|insult|obscene|threat|offensive/i,
  example: { model: 'unitary/toxic-bert', min_score: 0.9 },
});
