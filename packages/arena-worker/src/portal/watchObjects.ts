import { setTimeout as delay } from 'node:timers/promises';
import {
  ArenaKind,
  ArenaObject,
  ListOptions,
} from '@backstage-arena/plugin-arena-common';
import { listAll } from './listAll';
import { Portal } from './openPortal';

type Change = 'ADDED' | 'MODIFIED' | 'DELETED';

export interface WatchObjectsOptions {
  query: ListOptions;
  /** What the caller has seen already. */
  known: readonly ArenaObject[];
  signal: AbortSignal;
  onChange: (object: ArenaObject, change: Change) => void;
}

/** Kinds that have a topic of the live stream; others are asked for again and again. */
const TOPICS: Partial<Record<ArenaKind, string>> = {
  ArenaJob: 'jobs',
  ArenaSource: 'sources',
};
const POLL_MS = 2_000;

/** Tells changes of a list until the signal aborts. */
export async function watchObjects(
  portal: Pick<Portal, 'api'>,
  options: WatchObjectsOptions,
): Promise<void> {
  const { query, signal, onChange } = options;
  const known = new Map(
    options.known.map(object => [object.metadata.uid, object]),
  );
  const compare = async () => {
    const gone = new Set(known.keys());
    for await (const object of listAll(portal, query)) {
      const { uid, resourceVersion } = object.metadata;
      gone.delete(uid);
      const before = known.get(uid);
      known.set(uid, object);
      if (!before) onChange(object, 'ADDED');
      else if (before.metadata.resourceVersion !== resourceVersion) {
        onChange(object, 'MODIFIED');
      }
    }
    for (const uid of gone) {
      const object = known.get(uid)!;
      known.delete(uid);
      onChange(object, 'DELETED');
    }
  };

  const topic = TOPICS[query.kind];
  if (!topic) {
    while (!signal.aborted) {
      await compare();
      await delay(POLL_MS, undefined, { signal }).catch(() => {});
    }
    return;
  }
  // Every message is a reason to look: selectors are the server's to apply. Several at once are one.
  let looking: Promise<void> = Promise.resolve();
  let queued = false;
  let failure: unknown;
  const stop = new AbortController();
  const look = () => {
    if (queued) return;
    queued = true;
    looking = looking
      .then(() => delay(100))
      .then(() => {
        queued = false;
        return compare();
      })
      .catch(error => {
        failure = error;
        stop.abort();
      });
  };
  look();
  await portal.api.stream(
    [topic],
    message => {
      if (message.type === 'object' || message.type === 'reset') look();
    },
    { signal: AbortSignal.any([signal, stop.signal]) },
  );
  await looking;
  if (failure && !signal.aborted) throw failure;
}
