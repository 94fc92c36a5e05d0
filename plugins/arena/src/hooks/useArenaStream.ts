import { useEffect, useRef } from 'react';
import { errorApiRef, useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { ArenaApi } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../api';
import { createStream } from './SharedStream';
import { StreamHub, StreamListener } from './StreamHub';

const hubs = new WeakMap<ArenaApi, StreamHub>();

/**
 * Listens to live changes as long as the component is on the screen.
 *
 * @param topic - see `ArenaApi.stream`; `undefined` listens to nothing
 */
export function useArenaStream(
  topic: string | undefined,
  listener: StreamListener,
): void {
  const api = useApi(arenaApiRef);
  const errorApi = useApi(errorApiRef);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });

  useEffect(() => {
    if (topic === undefined) return undefined;
    let hub = hubs.get(api);
    if (!hub) {
      hub = new StreamHub({
        stream: createStream(api),
        // The page still works by reloading: tell, but do not stand in the way.
        onError: error => errorApi.post(toError(error), { hidden: true }),
      });
      hubs.set(api, hub);
    }
    return hub.subscribe(topic, message => latest.current(message));
  }, [api, errorApi, topic]);
}
