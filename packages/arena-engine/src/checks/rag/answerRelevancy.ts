import { judgedCheck } from '../judge/judgedCheck';
import { questionParam, readQuestion } from './question';

export const answerRelevancy = judgedCheck({
  type: 'answer_relevancy',
  summary: 'A judge finds that the reply answers the question.',
  reads: 'last user message and last reply',
  scoring: '0 without a question.',
  example: { question: 'When did the bridge open?', min_score: 0.8 },
  params: questionParam,
  question: (input, params) => {
    const question = readQuestion(params, input);
    if (question === '') {
      return { score: 0, explanation: 'There is no question' };
    }
    return {
      task: 'You decide how far a reply answers a question. Whether it is true does not matter here. Score 1 when every part of the reply serves the question and nothing that was asked is left out, 0 when it is about something else.',
      material: [
        ['question', question],
        ['reply', input.output],
      ],
    };
  },
});
