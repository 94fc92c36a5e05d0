import { CheckDefinition } from '../Check';
import { formatParams, prepareFormats } from './formats';
import { readTrack } from './readTrack';

export const audioFormat: CheckDefinition = {
  type: 'audio_format',
  summary: 'All audio has an allowed format, by its header.',
  reads: 'media of the last reply that has any',
  scoring: 'Share of the recordings that fit; 0 without audio.',
  example: { formats: ['mp3', 'wav'] },
  params: formatParams,
  prepare: prepareFormats('audio', async part => {
    const header = await readTrack(part);
    return typeof header === 'string' ? header : header.formats;
  }),
};
