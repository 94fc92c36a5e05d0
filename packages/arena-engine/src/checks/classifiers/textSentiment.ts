import { classifierCheck } from './classifierCheck';

export const textSentiment = classifierCheck({
  type: 'text_sentiment',
  summary: 'A classifier model finds the expected sentiment in a text.',
  kind: 'text',
  example: {
    model: 'cardiffnlp/twitter-roberta-base-sentiment-latest',
    expected_label: 'positive',
    min_score: 0.6,
  },
});
