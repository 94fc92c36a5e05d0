import { InputError } from '@backstage/errors';
import { z } from 'zod/v4';
import type { LoadStage } from '../resources/semantics/effectiveLoadTest';

const atMs = z.number().min(0);
const target = z.number().min(0);

/** What a step of a search was judged to be. @public */
export const stepVerdictSchema = z.object({
  good: z.boolean(),
  reason: z.string(),
});

/** @public */
export type StepVerdict = z.infer<typeof stepVerdictSchema>;

/**
 * A change of a running load test. It holds from `atMs` on (from the start of the test), which must lie beyond everything that was leased:
 * what is before it stays what it was.
 *
 * - `rate`: the rest of the test runs at this load; a pause is over.
 * - `append`: a stage of constant load follows, after the last one and not before `atMs`.
 * - `pause`: no load; the profile stands still until `resume`.
 * - `stop`: the test ends here.
 *
 * @public
 */
export const loadControlSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('rate'), atMs, target }),
  z.object({
    action: z.literal('append'),
    atMs,
    target,
    durationMs: z.number().positive(),
    /** Of the step before, which this one follows from. */
    verdict: stepVerdictSchema.optional(),
  }),
  z.object({ action: z.literal('pause'), atMs }),
  z.object({ action: z.literal('resume'), atMs }),
  z.object({ action: z.literal('stop'), atMs }),
]);

/** @public */
export type LoadControl = z.infer<typeof loadControlSchema>;

/** A pause that nobody ends ends by itself. @public */
export const MAX_PAUSE_MS = 24 * 3_600_000;

/**
 * The stages of a test with all changes, in the order in which they were made. Stages that ended before a change keep their position and
 * their numbers.
 *
 * @throws InputError when a change lies before the one that was made before it, or does not fit what the test is doing
 * @public
 */
export function withControls(
  stages: readonly LoadStage[],
  controls: readonly LoadControl[],
): LoadStage[] {
  let result = [...stages];
  let last = 0;
  /** What follows the pause that is on. */
  let held: LoadStage[] | undefined;
  for (const [index, control] of controls.entries()) {
    const refuse = (field: string, reason: string): never => {
      throw new InputError(`controls[${index}].${field}: ${reason}`);
    };
    const { action } = control;
    if (control.atMs < last) {
      refuse('atMs', `${control.atMs} is before ${last}, the change before it`);
    }
    last = control.atMs;
    const [before, after] = cutStages(result, control.atMs);
    if (action === 'append') {
      if (held) refuse('action', 'append is not allowed while paused');
      const gap = Math.max(0, control.atMs - lengthOf(result));
      result.push(constant(gap, 0));
      result.push(constant(control.durationMs, control.target));
    } else if (action === 'rate') {
      const rest = lengthOf(held ?? after);
      held = undefined;
      result = [...before, constant(rest, control.target)];
    } else if (action === 'pause') {
      if (held) refuse('action', 'the test is paused already');
      held = after;
      result = [...before, constant(MAX_PAUSE_MS, 0), ...after];
    } else if (action === 'resume') {
      result = [
        ...before,
        ...(held ?? refuse('action', 'the test is not paused')),
      ];
      held = undefined;
    } else {
      result = before;
    }
    result = result.filter(({ durationMs }) => durationMs > 0);
  }
  return result;
}

function constant(durationMs: number, level: number): LoadStage {
  return { durationMs, from: level, to: level };
}

/** Length of stages together, in milliseconds. @internal */
export function lengthOf(stages: readonly LoadStage[]): number {
  return stages.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

/** Splits stages at a time; the one that it falls into is cut in two. @internal */
export function cutStages(
  stages: readonly LoadStage[],
  timeMs: number,
): [LoadStage[], LoadStage[]] {
  const before: LoadStage[] = [];
  const after: LoadStage[] = [];
  let start = 0;
  for (const stage of stages) {
    const { durationMs, from, to } = stage;
    const inside = timeMs - start;
    if (inside >= durationMs) before.push(stage);
    else if (inside <= 0) after.push(stage);
    else {
      const level = from + ((to - from) * inside) / durationMs;
      before.push({ durationMs: inside, from, to: level });
      after.push({ durationMs: durationMs - inside, from: level, to });
    }
    start += durationMs;
  }
  return [before, after];
}
