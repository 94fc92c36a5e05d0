import { z } from 'zod/v4';
import { CheckParams } from '../CheckParams';

export interface Size {
  width: number;
  height: number;
}

const bound = (text: string) => z.int().positive().optional().describe(text);

export const sizeBounds = {
  min_width: bound('Smallest width in pixels.'),
  max_width: bound('Largest width in pixels.'),
  min_height: bound('Smallest height in pixels.'),
  max_height: bound('Largest height in pixels.'),
};

/** Whether a size is within the bounds that are given. */
export function readBounds(params: CheckParams): (size: Size) => boolean {
  const [minWidth, maxWidth, minHeight, maxHeight] = [
    'min_width',
    'max_width',
    'min_height',
    'max_height',
  ].map(name => params.limit(name));
  return ({ width, height }) =>
    width >= (minWidth ?? 0) &&
    width <= (maxWidth ?? Infinity) &&
    height >= (minHeight ?? 0) &&
    height <= (maxHeight ?? Infinity);
}
