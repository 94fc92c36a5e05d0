import { z } from 'zod/v4';
import { CheckDefinition } from '../Check';
import { requireOneOf } from '../schemas';
import { findMedia, judgeMedia } from './findMedia';
import { readImage } from './readImage';
import { readBounds, sizeBounds } from './sizes';

const shape = {
  width: z.int().positive().optional().describe('Exact width in pixels.'),
  height: z.int().positive().optional().describe('Exact height in pixels.'),
  ...sizeBounds,
};

export const imageDimensions: CheckDefinition = {
  type: 'image_dimensions',
  summary: 'Every image has the size that is asked for.',
  reads: 'media of the last reply that has any',
  scoring: 'Share of the images that fit; 0 without an image.',
  example: { min_width: 512, min_height: 512 },
  params: requireOneOf(z.strictObject(shape), ...Object.keys(shape)),
  prepare(params) {
    const [exactWidth, exactHeight] = ['width', 'height'].map(name =>
      params.limit(name),
    );
    const withinBounds = readBounds(params);
    return input =>
      judgeMedia(findMedia(input, 'image'), 'image', async part => {
        const header = await readImage(part);
        if (typeof header === 'string') return `The size is unknown: ${header}`;
        const { width, height } = header;
        return width === (exactWidth ?? width) &&
          height === (exactHeight ?? height) &&
          withinBounds(header)
          ? undefined
          : `The image has ${width} × ${height} pixels`;
      });
  },
};
