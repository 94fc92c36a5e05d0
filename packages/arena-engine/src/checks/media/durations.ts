import { z } from 'zod/v4';
import { MediaPart } from '../../conversation/messages';
import { CheckDefinition } from '../Check';
import { requireOneOf } from '../schemas';
import { findMedia, judgeMedia } from './findMedia';
import { readTrack } from './readTrack';

export const durationParams = requireOneOf(
  z.strictObject({
    min_seconds: z.number().optional().describe('Shortest time.'),
    max_seconds: z.number().optional().describe('Longest time.'),
  }),
  'min_seconds',
  'max_seconds',
);

export function prepareDuration(
  type: MediaPart['type'],
): CheckDefinition['prepare'] {
  return params => {
    const min = params.number('min_seconds') ?? 0;
    const max = params.number('max_seconds') ?? Infinity;
    return input =>
      judgeMedia(findMedia(input, type), type, async part => {
        const header = await readTrack(part);
        if (typeof header === 'string') {
          return `The duration is unknown: ${header}`;
        }
        const { seconds } = header;
        return seconds >= min && seconds <= max
          ? undefined
          : `The ${type} takes ${seconds.toFixed(2)} s`;
      });
  };
}
