import { isError } from '@backstage/errors';
import { ArenaJob, HandledFires } from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { getOrUndefined } from '../reconciler/getOrUndefined';
import { childJob, childName, isChildOf } from './childJob';
import { Fire } from './dueFires';

/** Creates the child of a fire, unless it is there: created before a crash, or by another replica. */
export async function startChild(
  store: ResourceStore,
  parent: ArenaJob,
  { at }: Fire,
): Promise<{ fire: HandledFires; child?: ArenaJob }> {
  const wanted = childJob(parent, at);
  const { name } = wanted.metadata;
  const fire = { firstAt: at, lastAt: at, count: 1 };
  const started = (child: ArenaJob) => ({
    fire: startedFire(parent, at),
    child,
  });
  try {
    return started(await store.create<ArenaJob>(wanted));
  } catch (error) {
    if (isRefusal(error)) {
      return { fire: { ...fire, outcome: 'Refused', message: error.message } };
    }
    const key = { namespace: parent.metadata.namespace, name: name! };
    const there = await getOrUndefined<ArenaJob>(store, 'ArenaJob', key);
    if (!there) throw error;
    if (isChildOf(there, parent)) return started(there);
    const message = `There is an ArenaJob '${name}' already, which is not of this schedule`;
    return { fire: { ...fire, outcome: 'Refused', message } };
  }
}

/** The record of a fire whose child is there. */
export function startedFire(parent: ArenaJob, at: number): HandledFires {
  return {
    firstAt: at,
    lastAt: at,
    count: 1,
    outcome: 'Started',
    child: childName(parent, at),
  };
}

/** To try again would be refused again: admission, rights, a quota, a namespace that is going. */
const REFUSALS = ['InvalidObjectError', 'NotAllowedError', 'InputError'];

function isRefusal(error: unknown): error is Error {
  return isError(error) && REFUSALS.includes(error.name);
}
