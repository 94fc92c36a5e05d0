import { classifierCheck } from './classifierCheck';

export const audioEmotion = classifierCheck({
  type: 'audio_emotion',
  summary: 'A classifier model hears the expected emotion in a recording.',
  kind: 'audio',
  example: {
    model: 'superb/wav2vec2-base-superb-er',
    expected_label: 'hap',
    message_role: 'user',
    min_score: 0.5,
  },
});
