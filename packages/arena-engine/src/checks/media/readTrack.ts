import { MediaPart } from '../../conversation/messages';
import { contentOf } from './content';

export interface TrackHeader {
  /** Names that fit the container, such as `mp3`, or `mp4`, `m4a` and `aac`. */
  formats: string[];
  seconds: number;
  /** Of the picture as shown; absent without one. */
  picture?: { width: number; height: number };
}

const NAMES: Record<string, string[]> = {
  MP4: ['mp4', 'm4a', 'm4v', 'aac'],
  'QuickTime File Format': ['mov', 'quicktime'],
  WebM: ['webm'],
  Matroska: ['mkv', 'matroska'],
  MP3: ['mp3', 'mpeg'],
  WAVE: ['wav'],
  Ogg: ['ogg', 'opus', 'oga'],
  ADTS: ['aac', 'adts'],
  FLAC: ['flac'],
  'MPEG Transport Stream': ['ts', 'mpegts'],
};

/** Reads the header of audio or video, or says why there is none to read. */
export async function readTrack(
  part: MediaPart,
): Promise<TrackHeader | string> {
  const content = contentOf(part);
  if (typeof content === 'string') return content;
  // Loaded only when used: few bundles have media.
  const { ALL_FORMATS, BufferSource, Input } = await import('mediabunny');
  const media = new Input({
    source: new BufferSource(content),
    formats: ALL_FORMATS,
  });
  try {
    const { name } = await media.getFormat();
    const seconds = await media.computeDuration();
    const track = await media.getPrimaryVideoTrack();
    return {
      formats: NAMES[name] ?? [name.toLowerCase()],
      seconds,
      ...(track
        ? {
            picture: {
              width: await track.getDisplayWidth(),
              height: await track.getDisplayHeight(),
            },
          }
        : {}),
    };
  } catch (error) {
    return `the ${part.type} cannot be read: ${
      error instanceof Error ? error.message : error
    }`;
  } finally {
    media.dispose();
  }
}
