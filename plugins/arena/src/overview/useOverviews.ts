import { useApi, useApiHolder } from '@backstage/frontend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import {
  ArenaApi,
  ArenaStreamMessage,
  JobOverviews,
  JobOverviewsQuery,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../api';
import { useArenaStream } from '../hooks/useArenaStream';
import { Query, useQuery } from '../hooks/useQuery';
import { useThrottled } from '../hooks/useThrottled';
import { clusterOf, jobAddressOf } from '../lib/entities';
import { phaseOf } from '../lib/jobs';
import { testsOf } from './testsOf';

/** Evaluations of each job that trends are drawn of. */
const POINTS = 20;
/** What the server takes at once. */
const MAX_COMPONENTS = 50;
const MAX_JOBS = 200;
/** They are read again at most this often, however much happens. */
const RELOAD_MS = 3_000;
/** Cards that ask the same at the same time share the answer. */
const SHARED_MS = 5_000;

interface SharedAnswers {
  byKey: Map<string, { at: number; answer: Promise<JobOverviews> }>;
  /** The change after which answers are no longer right, by key: all cards learn of the same one. */
  outdatedBy: Map<string, ArenaStreamMessage>;
}

const shared = new WeakMap<ArenaApi, SharedAnswers>();

/** The tests of an entity, live. */
export function useOverviewsOf(entity: Entity): Query<JobOverviews> {
  const holder = useApiHolder();
  const ref = stringifyEntityRef(entity);
  const { components, jobs } = testsOf(entity, ref);
  const cluster = clusterOf(entity);
  const key = JSON.stringify([cluster, components, jobs]);
  return useOverviews(key, async () => {
    const found = jobs.length
      ? await holder.get(catalogApiRef)?.getEntitiesByRefs({
          entityRefs: jobs.slice(0, MAX_JOBS),
          fields: ['kind', 'metadata'],
        })
      : undefined;
    return {
      cluster,
      components: components.slice(0, MAX_COMPONENTS),
      jobs: (found?.items ?? []).flatMap(one => {
        const home = one && clusterOf(one);
        return one && home ? [jobAddressOf(one, home)] : [];
      }),
      points: POINTS,
    };
  });
}

/**
 * Jobs with how they went, live.
 *
 * @param key - stands for the question
 * @param question - what to ask; made anew each time
 */
export function useOverviews(
  key: string,
  question: () => Promise<JobOverviewsQuery>,
): Query<JobOverviews> {
  const api = useApi(arenaApiRef);
  const result = useQuery(
    () =>
      share(api, key, async () => {
        const query = await question();
        // Nothing is asked about: there is nothing to answer.
        return query.components?.length || query.jobs?.length
          ? api.jobOverviews(query)
          : { items: [], isTruncated: false, missing: [] };
      }),
    [api, key],
    { keepPrevious: true },
  );
  const reload = useThrottled(result.reload, RELOAD_MS);
  useArenaStream('jobs', message => {
    const readAgain = () => {
      outdate(api, key, message);
      reload();
    };
    if (message.type === 'reset') readAgain();
    if (message.type !== 'object' || message.object.kind !== 'ArenaJob') return;
    const { object, change } = message;
    const known = result.value?.items.find(
      ({ job }) => job.metadata.uid === object.metadata.uid,
    );
    // Counters alone change nothing here; whether a new job belongs here only the server knows.
    if (
      change === 'ADDED' ||
      (known &&
        (change === 'DELETED' ||
          phaseOf(known.job) !== phaseOf(object) ||
          known.job.metadata.generation !== object.metadata.generation))
    ) {
      readAgain();
    }
  });
  return result;
}

function answersOf(api: ArenaApi): SharedAnswers {
  let answers = shared.get(api);
  if (!answers) {
    answers = { byKey: new Map(), outdatedBy: new Map() };
    shared.set(api, answers);
  }
  return answers;
}

/** What was asked before a change does not count any more. */
function outdate(api: ArenaApi, key: string, change: ArenaStreamMessage): void {
  const { byKey, outdatedBy } = answersOf(api);
  if (outdatedBy.get(key) === change) return;
  outdatedBy.set(key, change);
  byKey.delete(key);
}

function share(
  api: ArenaApi,
  key: string,
  ask: () => Promise<JobOverviews>,
): Promise<JobOverviews> {
  const { byKey } = answersOf(api);
  const now = Date.now();
  for (const [old, { at }] of byKey) {
    if (now - at > SHARED_MS) byKey.delete(old);
  }
  const known = byKey.get(key);
  if (known) return known.answer;
  const answer = ask();
  byKey.set(key, { at: now, answer });
  // Who asks again after a failure gets a new answer.
  answer.catch(() => {
    if (byKey.get(key)?.answer === answer) byKey.delete(key);
  });
  return answer;
}
