import { CheckDefinition } from '../Check';
import { audioDuration } from './audioDuration';
import { audioFormat } from './audioFormat';
import { imageDimensions } from './imageDimensions';
import { imageFormat } from './imageFormat';
import { videoDuration } from './videoDuration';
import { videoResolution } from './videoResolution';

export const mediaChecks: readonly CheckDefinition[] = [
  imageFormat,
  imageDimensions,
  audioFormat,
  audioDuration,
  videoDuration,
  videoResolution,
];
