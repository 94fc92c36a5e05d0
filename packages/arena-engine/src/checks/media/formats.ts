import { z } from 'zod/v4';
import { MediaPart } from '../../conversation/messages';
import { CheckDefinition, constant } from '../Check';
import { texts } from '../schemas';
import { findMedia, judgeMedia } from './findMedia';

const ALIASES: Record<string, string> = {
  jpg: 'jpeg',
  wave: 'wav',
  'x-wav': 'wav',
  'x-flac': 'flac',
  'x-m4a': 'm4a',
  mpeg: 'mp3',
  tif: 'tiff',
  'svg+xml': 'svg',
};

function plain(format: string): string {
  const name = format
    .trim()
    .toLowerCase()
    .replace(/^\.|^\w+\//, '');
  return ALIASES[name] ?? name;
}

export const formatParams = z.strictObject({
  formats: texts().describe(
    'Allowed formats, as a name (`png`, `mp3`) or a MIME type.',
  ),
});

/** Judges formats by the header, and by the MIME type where there is no header to read. */
export function prepareFormats(
  type: MediaPart['type'],
  namesOf: (part: MediaPart) => Promise<string[] | string>,
): CheckDefinition['prepare'] {
  return params => {
    const formats = params.strings('formats');
    if (formats.length === 0) {
      return constant({ score: 0, explanation: 'No formats are given' });
    }
    const allowed = new Set(formats.map(plain));
    return input =>
      judgeMedia(findMedia(input, type), type, async part => {
        const read = await namesOf(part);
        const names =
          typeof read === 'string' ? [part.mimeType].filter(Boolean) : read;
        if (names.length === 0) return `The format is unknown: ${read}`;
        return names.some(name => allowed.has(plain(name)))
          ? undefined
          : `The format is ${plain(names[0])}, allowed are ${formats.join(
              ', ',
            )}`;
      });
  };
}
