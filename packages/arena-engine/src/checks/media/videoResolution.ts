import { z } from 'zod/v4';
import { CheckDefinition } from '../Check';
import { requireOneOf } from '../schemas';
import { findMedia, judgeMedia } from './findMedia';
import { readTrack } from './readTrack';
import { readBounds, sizeBounds } from './sizes';

/** Lines of a picture: its shorter side, so that upright video counts as well. */
const PRESETS: Record<string, number> = {
  '480p': 480,
  sd: 480,
  '720p': 720,
  hd: 720,
  '1080p': 1080,
  fhd: 1080,
  full_hd: 1080,
  '1440p': 1440,
  qhd: 1440,
  '2k': 1440,
  '2160p': 2160,
  '4k': 2160,
  uhd: 2160,
  '4320p': 4320,
  '8k': 4320,
};

const preset = z.string().refine(name => presetLines(name) !== undefined, {
  error: `No such preset; known are ${Object.keys(PRESETS).join(', ')}`,
});

export const videoResolution: CheckDefinition = {
  type: 'video_resolution',
  summary: 'Every video has the resolution that is asked for.',
  reads: 'media of the last reply that has any',
  scoring: 'Share of the videos that fit; 0 without video.',
  example: { presets: ['720p', '1080p'] },
  params: requireOneOf(
    z.strictObject({
      presets: z
        .array(preset)
        .min(1)
        .optional()
        .describe(
          `Allowed resolutions, by the shorter side: ${Object.keys(
            PRESETS,
          ).join(', ')}.`,
        ),
      ...sizeBounds,
    }),
    'presets',
    ...Object.keys(sizeBounds),
  ),
  prepare(params) {
    const presets = params.strings('presets');
    const lines = new Set(presets.map(presetLines));
    const withinBounds = readBounds(params);
    return input =>
      judgeMedia(findMedia(input, 'video'), 'video', async part => {
        const header = await readTrack(part);
        if (typeof header === 'string') {
          return `The resolution is unknown: ${header}`;
        }
        if (!header.picture) return 'There is no picture in the video';
        const { width, height } = header.picture;
        return (presets.length === 0 || lines.has(Math.min(width, height))) &&
          withinBounds(header.picture)
          ? undefined
          : `The video has ${width} × ${height} pixels`;
      });
  },
};

function presetLines(name: string): number | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(PRESETS, key) ? PRESETS[key] : undefined;
}
