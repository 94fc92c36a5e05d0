import type { ArenaJobSpec } from '../arenajob';
import { parseDuration } from './parseDuration';

/** A stretch of a load test in which the load moves linearly. @public */
export interface LoadStage {
  durationMs: number;
  /** Load at the beginning: requests per second (open loop) or conversations in flight. */
  from: number;
  /** Load at the end. */
  to: number;
}

/** A load test as it is run: defaults cut to size, all forms of a profile brought to stages. @public */
export interface EffectiveLoadTest {
  /** True: arrivals at a rate, whatever the answers take. False: conversations in flight. */
  openLoop: boolean;
  durationMs: number;
  stages: LoadStage[];
  /** Sentences about what was cut, for the person who wrote the specification. */
  notes: string[];
}

type LoadTestSpec = NonNullable<ArenaJobSpec['loadTest']>;

/**
 * What the settings of a load test mean. A ramp that is longer than the test is cut to it, so that a default never makes an object invalid
 * (`duration: 20s` beside the default `rampUp: 30s`).
 *
 * @public
 */
export function effectiveLoadTest(
  spec: NonNullable<ArenaJobSpec['loadTest']>,
): EffectiveLoadTest {
  return spec.stages?.length ? fromStages(spec.stages) : fromTarget(spec);
}

function fromStages(
  stages: NonNullable<LoadTestSpec['stages']>,
): EffectiveLoadTest {
  let from = 0;
  const result = stages.map(stage => {
    const to = stage.targetRPS ?? stage.concurrency ?? 0;
    const next = { durationMs: parseDuration(stage.duration), from, to };
    from = to;
    return next;
  });
  return {
    openLoop: stages.some(stage => stage.targetRPS !== undefined),
    durationMs: result.reduce((sum, stage) => sum + stage.durationMs, 0),
    stages: result,
    notes: [],
  };
}

function fromTarget(spec: LoadTestSpec): EffectiveLoadTest {
  const durationMs = parseDuration(spec.duration);
  const notes: string[] = [];
  const cut = (name: string, text: string, room: number) => {
    const wanted = parseDuration(text);
    if (wanted > room) {
      notes.push(
        `${name} ${text} does not fit in duration ${spec.duration}: it is cut to ${room}ms`,
      );
    }
    return Math.min(wanted, room);
  };
  const up = spec.ramp?.up
    ? cut('ramp.up', spec.ramp.up, durationMs)
    : cut('rampUp', spec.rampUp, durationMs);
  const down = spec.ramp?.down
    ? cut('ramp.down', spec.ramp.down, durationMs - up)
    : 0;
  const target = spec.targetRPS ?? spec.concurrency;
  const stages: LoadStage[] = [
    { durationMs: up, from: 0, to: target },
    { durationMs: durationMs - up - down, from: target, to: target },
    { durationMs: down, from: target, to: 0 },
  ];
  return {
    openLoop: spec.targetRPS !== undefined,
    durationMs,
    stages: stages.filter(stage => stage.durationMs > 0),
    notes,
  };
}
