import { AuthService } from '@backstage/backend-plugin-api';
import {
  FactRetriever,
  TechInsightFact,
} from '@backstage-community/plugin-tech-insights-node';
import {
  CompoundEntityRef,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { ServiceUnavailableError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  ARENA_ANNOTATIONS,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import { ArenaService } from '@backstage-arena/plugin-arena-node';
import { ComponentFacts } from './ComponentFacts';

const PAGE_SIZE = 500;
const FIELDS = ['kind', 'metadata.name', 'metadata.namespace'];

/**
 * Facts about all components, those without an ArenaJob as well.
 *
 * When a cluster does not answer, no facts are stored at all: those of before are nearer to the truth than facts about half of the jobs.
 */
export function createArenaFactRetriever(options: {
  arena: ArenaService;
  auth: AuthService;
  catalog: CatalogService;
  now?: () => number;
}): FactRetriever {
  const { arena, auth, catalog, now = Date.now } = options;
  return {
    id: 'arenaFactRetriever',
    version: '0.1.0',
    title: 'Arena',
    description: 'How the tests of prompts and agents of a component are doing',
    entityFilter: [{ kind: 'component' }],
    schema: {
      hasArenaJob: {
        type: 'boolean',
        description: 'At least one ArenaJob tests the component',
      },
      hasSchedule: {
        type: 'boolean',
        description: 'At least one ArenaJob tests the component by a schedule',
      },
      hasLoadTest: {
        type: 'boolean',
        description: 'At least one ArenaJob tests the component under load',
      },
      lastRunSucceeded: {
        type: 'boolean',
        description:
          'The ArenaJob that ended last has succeeded; null when none has ended',
      },
      latestPassRate: {
        type: 'float',
        description:
          'Share of passed items of the evaluation that ended last, from 0 to 1; null when none has ended',
      },
      daysSinceLastRun: {
        type: 'integer',
        description:
          'Whole days since an ArenaJob of the component has ended; null when none has',
      },
    },
    async handler() {
      const credentials = await auth.getOwnServiceCredentials();
      const client = arena.as(credentials);
      const facts = new Map<string, ComponentFacts>();
      for (const { name, ready, message } of await client.clusters()) {
        if (!ready) {
          throw new ServiceUnavailableError(
            `Cluster '${name}' does not answer: ${message ?? 'not ready'}`,
          );
        }
        let next: string | undefined;
        do {
          const { items, metadata } = await client.list({
            cluster: name,
            kind: 'ArenaJob',
            limit: PAGE_SIZE,
            continue: next,
          });
          for (const job of items) {
            const ref = componentOf(job);
            if (!ref) continue;
            const known = facts.get(ref) ?? new ComponentFacts();
            known.add(job);
            facts.set(ref, known);
          }
          next = metadata.continue;
        } while (next);
      }

      const found: TechInsightFact[] = [];
      let cursor: string | undefined;
      do {
        const { items, pageInfo } = await catalog.queryEntities(
          cursor
            ? { cursor, limit: PAGE_SIZE, fields: FIELDS }
            : {
                filter: { kind: 'component' },
                limit: PAGE_SIZE,
                fields: FIELDS,
              },
          { credentials },
        );
        for (const { kind, metadata } of items) {
          const entity: CompoundEntityRef = {
            kind,
            namespace: metadata.namespace ?? 'default',
            name: metadata.name,
          };
          const known =
            facts.get(stringifyEntityRef(entity)) ?? new ComponentFacts();
          found.push({ entity, facts: known.at(now()) });
        }
        cursor = pageInfo.nextCursor;
      } while (cursor);
      return found;
    },
  };
}

/** The component that a job tests; undefined when it tests none, or names it in a way that nobody can read. */
function componentOf(job: ArenaObject): string | undefined {
  const text = job.metadata.annotations?.[ARENA_ANNOTATIONS.component];
  if (!text) return undefined;
  try {
    return stringifyEntityRef(
      parseEntityRef(text, {
        defaultKind: 'component',
        defaultNamespace: 'default',
      }),
    );
  } catch {
    // The catalog module says so in its log.
    return undefined;
  }
}
