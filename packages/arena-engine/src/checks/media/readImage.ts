import { MediaPart } from '../../conversation/messages';
import { contentOf } from './content';

export interface ImageHeader {
  /** Name of the format, such as `png` or `jpeg`. */
  format: string;
  width: number;
  height: number;
}

/** Reads the header of an image, or says why there is none to read. */
export async function readImage(
  part: MediaPart,
): Promise<ImageHeader | string> {
  const content = contentOf(part);
  if (typeof content === 'string') return content;
  // Loaded only when used: few bundles have media.
  const { imageSize } = await import('image-size');
  try {
    const { type, width, height } = imageSize(content);
    return { format: type === 'jpg' ? 'jpeg' : type ?? '', width, height };
  } catch (error) {
    return `the image cannot be read: ${
      error instanceof Error ? error.message : error
    }`;
  }
}
