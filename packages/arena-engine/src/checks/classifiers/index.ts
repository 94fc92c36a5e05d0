import { CheckDefinition } from '../Check';
import { audioEmotion } from './audioEmotion';
import { imageModeration } from './imageModeration';
import { textSentiment } from './textSentiment';
import { textToxicity } from './textToxicity';

export const classifierChecks: readonly CheckDefinition[] = [
  textSentiment,
  textToxicity,
  audioEmotion,
  imageModeration,
];
