import { NotAllowedError } from '@backstage/errors';
import {
  ArenaKind,
  ArenaObject,
  ArenaObjectInput,
} from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { z } from 'zod/v4';
import { getOrUndefined } from '../../reconciler/getOrUndefined';

/** An object that another one names. */
interface NamedObject {
  /** Where it is named. */
  field: string;
  /** The first of these that is there is meant. */
  kinds: ArenaKind[];
  namespace: string;
  name: string;
}

const reference = z
  .looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    kind: z.enum(['ArenaSource', 'ArenaConfig']).optional(),
  })
  // What is no reference names nothing: admission refuses it.
  .optional()
  .catch(undefined);

const references = z.array(reference).catch([]).default([]);

/** What names objects; the rest is for admission to judge. */
const jobSpec = z.looseObject({
  sourceRef: reference,
  toolRegistries: references,
  providers: z
    .record(
      z.string(),
      z
        .array(
          z
            .looseObject({ providerRef: reference, agentRef: reference })
            .catch({}),
        )
        .catch([]),
    )
    .catch({})
    .default({}),
});
const configSpec = z.looseObject({
  sourceRef: reference,
  toolRegistries: references,
  providers: references,
});

/**
 * Refuses a job or a config that names what its author may not read: its runs would show it to them. What is not there may be named, as in
 * Kubernetes, where the order of writing does not matter.
 *
 * @param options.stored - what is there, whose names were checked when they were given
 * @param options.mayRead - rejects when the caller may not
 * @throws NotAllowedError naming the field
 */
export async function checkNamedObjects(
  object: ArenaObjectInput,
  options: {
    store: Pick<ResourceStore, 'get'>;
    stored?: ArenaObject;
    mayRead: (object: ArenaObject) => Promise<unknown>;
  },
): Promise<void> {
  const { store, stored, mayRead } = options;
  const known = new Set(stored && namedBy(stored).map(named => idOf(named)));
  for (const named of namedBy(object)) {
    if (known.has(idOf(named))) continue;
    const { field, namespace, name } = named;
    const found = await find(store, named);
    if (!found) continue;
    try {
      await mayRead(found);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'NotAllowedError') {
        throw error;
      }
      throw new NotAllowedError(
        `${field}: you may not read ${found.kind} '${namespace}/${name}', hence not use it: it needs the permission 'arena.resource.read'`,
      );
    }
  }
}

function namedBy({ kind, metadata, spec }: ArenaObjectInput): NamedObject[] {
  const { namespace = '' } = metadata;
  const found: NamedObject[] = [];
  const add = (
    field: string,
    kinds: ArenaKind[],
    named: z.output<typeof reference>,
  ) => {
    // Who may use what is in another namespace is said by the grants there.
    if (!named || (named.namespace ?? namespace) !== namespace) return;
    found.push({ field, kinds, namespace, name: named.name });
  };
  const shared = ({
    sourceRef: source,
    toolRegistries: registries,
  }: Pick<z.output<typeof configSpec>, 'sourceRef' | 'toolRegistries'>) => {
    add(
      'spec.sourceRef',
      source?.kind ? [source.kind] : ['ArenaSource', 'ArenaConfig'],
      source,
    );
    registries.forEach((named, index) =>
      add(`spec.toolRegistries[${index}]`, ['ToolRegistry'], named),
    );
  };
  if (kind === 'ArenaJob') {
    const { data: job } = jobSpec.safeParse(spec);
    if (!job) return [];
    shared(job);
    for (const [group, entries] of Object.entries(job.providers)) {
      entries.forEach(({ providerRef, agentRef }, index) => {
        const field = `spec.providers[${group}][${index}]`;
        add(`${field}.providerRef`, ['Provider'], providerRef);
        add(`${field}.agentRef`, ['AgentRuntime'], agentRef);
      });
    }
  }
  if (kind === 'ArenaConfig') {
    const { data: config } = configSpec.safeParse(spec);
    if (!config) return [];
    shared(config);
    config.providers.forEach((named, index) =>
      add(`spec.providers[${index}]`, ['Provider'], named),
    );
  }
  return found;
}

function idOf({ kinds, namespace, name }: NamedObject): string {
  return JSON.stringify([kinds, namespace, name]);
}

async function find(
  store: Pick<ResourceStore, 'get'>,
  { kinds, namespace, name }: NamedObject,
): Promise<ArenaObject | undefined> {
  for (const kind of kinds) {
    const found = await getOrUndefined(store, kind, { namespace, name });
    if (found) return found;
  }
  return undefined;
}
