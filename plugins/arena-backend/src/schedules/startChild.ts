import { isError } from '@backstage/errors';
import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { getOrUndefined } from '../reconciler/getOrUndefined';
import { childJob, isChildOf } from './childJob';
import { HandledFires } from '@backstage-arena/plugin-arena-common';
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
  const started = (
    child: ArenaJob,
  ): { fire: HandledFires; child: ArenaJob } => ({
    fire: { ...fire, outcome: 'Started', child: name },
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

/** To try again would be refused again: admission, rights, a quota, a namespace that is going. */
const REFUSALS = ['InvalidObjectError', 'NotAllowedError', 'InputError'];

function isRefusal(error: unknown): error is Error {
  return isError(error) && REFUSALS.includes(error.name);
}
