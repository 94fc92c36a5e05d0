import { CheckDefinition } from '../Check';
import { formatParams, prepareFormats } from './formats';
import { readImage } from './readImage';

export const imageFormat: CheckDefinition = {
  type: 'image_format',
  summary: 'Every image has an allowed format, by its header.',
  reads: 'media of the last reply that has any',
  scoring: 'Share of the images that fit; 0 without an image.',
  example: { formats: ['png', 'jpeg'] },
  params: formatParams,
  prepare: prepareFormats('image', async part => {
    const header = await readImage(part);
    return typeof header === 'string' ? header : [header.format];
  }),
};
