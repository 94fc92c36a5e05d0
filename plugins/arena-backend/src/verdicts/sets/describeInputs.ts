import {
  ChangedValue,
  NamedChanges,
  ResolvedProvider,
  RunInput,
  RunSetInputs,
} from '@backstage-arena/plugin-arena-common';
import { isDeepStrictEqual } from 'node:util';
import { PlannedRun } from '../../runs/PlannedRun';

type Run = Pick<PlannedRun, 'runId' | 'pins' | 'plan'>;

const MAX_NAMES = 50;
const MAX_TEXT = 200;

/**
 * What readers of jobs may see of how a provider is configured. Of everything else (addresses, headers, prices, what is added later) only
 * that it differs.
 */
const SHOWN_OF_PROVIDERS: readonly string[] = [
  'type',
  'model',
  'role',
  'capabilities',
  'request_timeout',
  'stream_idle_timeout',
  'defaults.temperature',
  'defaults.top_p',
  'defaults.max_tokens',
  'defaults.seed',
];

/** What a run is made of that the other one is not. */
export function describeInputs(before: Run, after: Run): RunSetInputs {
  const [old, now] = [before.pins, after.pins];
  const scenarios = named(
    new Map(before.plan.scenarios.map(({ id, key }) => [id, key])),
    new Map(after.plan.scenarios.map(({ id, key }) => [id, key])),
  );
  const providers = changedProviders(before, after);
  const tools = named(toolsOf(before), toolsOf(after));
  const settings = changedValues(settingsOf(before), settingsOf(after));
  return {
    runId: after.runId,
    ...(old.source.digest !== now.source.digest && {
      source: { before: sourceOf(before), after: sourceOf(after) },
    }),
    ...(scenarios && { scenarios }),
    ...(providers && { providers }),
    ...(tools && { tools }),
    ...(old.engineVersion !== now.engineVersion && {
      engine: { before: old.engineVersion, after: now.engineVersion },
    }),
    ...(settings.length > 0 && { settings }),
  };
}

/** In which parts they differ. */
export function changedParts(inputs: RunSetInputs): RunInput[] {
  const all: RunInput[] = [
    'source',
    'scenarios',
    'providers',
    'tools',
    'engine',
    'settings',
  ];
  return all.filter(name => inputs[name] !== undefined);
}

function sourceOf({ pins }: Run) {
  const { name, revision, digest } = pins.source;
  return { name, revision, digest };
}

function toolsOf({ pins }: Run): Map<string, unknown> {
  return new Map(
    (pins.tools ?? []).map(({ name, registry, spec }) => [
      name,
      [registry, spec],
    ]),
  );
}

function settingsOf({ pins, plan }: Run): Record<string, unknown> {
  return {
    arenaFile: pins.arenaFile,
    config: pins.config?.name,
    configGeneration: pins.config?.generation,
    compat: pins.compat,
    trials: pins.trials,
    regions: plan.regions,
    'scenarios.include': pins.scenarios?.include,
    'scenarios.exclude': pins.scenarios?.exclude,
    concurrency: pins.concurrency,
    itemTimeoutMs: pins.itemTimeoutMs,
    maxAttempts: pins.maxAttempts,
    'allow.exec': pins.allow?.exec,
    'allow.stdio': pins.allow?.stdio,
  };
}

/** Systems under test, and those that a job names for other roles. */
function providersOf({ pins, plan }: Run) {
  const resolved = new Map((pins.providers ?? []).map(one => [one.id, one]));
  const keys = new Map<string, unknown>();
  const specs = new Map<string, ResolvedProvider['spec']>();
  for (const { id, group, bindsTo, spec } of resolved.values()) {
    keys.set(id, [group, bindsTo, spec]);
    specs.set(id, { ...spec, group, bindsTo });
  }
  for (const { id, group, key, type, model } of plan.providers) {
    keys.set(id, [keys.get(id), key]);
    // Of the bundle's own providers no more is known.
    if (!resolved.has(id)) specs.set(id, { type, model, group });
  }
  return { keys, specs };
}

function changedProviders(before: Run, after: Run): RunSetInputs['providers'] {
  const [old, now] = [providersOf(before), providersOf(after)];
  const changes = named(old.keys, now.keys);
  return (
    changes && {
      ...changes,
      values: Object.fromEntries(
        changes.changed.names.map(id => [
          id,
          changedValues(
            flat(old.specs.get(id) ?? {}),
            flat(now.specs.get(id) ?? {}),
            ['group', 'bindsTo', ...SHOWN_OF_PROVIDERS],
          ),
        ]),
      ),
    }
  );
}

/** Values of `defaults` by their paths, all others as they are: nothing hidden is to show by its name. */
function flat(spec: Record<string, unknown>): Record<string, unknown> {
  const { defaults, ...rest } = spec;
  if (typeof defaults !== 'object' || defaults === null) return spec;
  return {
    ...rest,
    ...Object.fromEntries(
      Object.entries(defaults).map(([name, value]) => [
        `defaults.${name}`,
        value,
      ]),
    ),
  };
}

/** Undefined when they are the same. */
function named(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): NamedChanges | undefined {
  const added = [...after.keys()].filter(name => !before.has(name));
  const removed = [...before.keys()].filter(name => !after.has(name));
  const changed = [...after.keys()].filter(
    name =>
      before.has(name) && !isDeepStrictEqual(before.get(name), after.get(name)),
  );
  if (added.length + removed.length + changed.length === 0) return undefined;
  return { added: some(added), removed: some(removed), changed: some(changed) };
}

function some(names: string[]) {
  return { count: names.length, names: names.slice(0, MAX_NAMES) };
}

/** @param shown - names whose values may be seen; absent: all */
function changedValues(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  shown?: readonly string[],
): ChangedValue[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name): ChangedValue[] => {
    const [old, now] = [before[name], after[name]];
    if (isDeepStrictEqual(old, now)) return [];
    if (shown && !shown.includes(name)) return [{ name, isHidden: true }];
    return [
      {
        name,
        ...(old !== undefined && { before: textOf(old) }),
        ...(now !== undefined && { after: textOf(now) }),
      },
    ];
  });
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
