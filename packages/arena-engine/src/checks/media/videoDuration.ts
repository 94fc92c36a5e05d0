import { CheckDefinition } from '../Check';
import { durationParams, prepareDuration } from './durations';

export const videoDuration: CheckDefinition = {
  type: 'video_duration',
  summary: 'All video takes as long as is asked for.',
  reads: 'media of the last reply that has any',
  scoring: 'Share of the recordings that fit; 0 without video.',
  example: { min_seconds: 1, max_seconds: 30 },
  params: durationParams,
  prepare: prepareDuration('video'),
};
