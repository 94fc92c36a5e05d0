import { z } from 'zod/v4';
import { duration } from '../../bundle/schemas/common';
import { goDurationMs } from '../../util/goDuration';
import { CheckParams } from '../CheckParams';

export function timeoutParam(defaultValue: string) {
  return z
    .union([duration, z.number().positive()])
    .default(defaultValue)
    .describe('Longest time for the answer: a duration, or seconds.');
}

export function readTimeoutMs(params: CheckParams, defaultMs: number): number {
  const seconds = params.limit('timeout');
  if (seconds !== undefined) return seconds * 1000;
  return goDurationMs(params.string('timeout')) ?? defaultMs;
}
