import {
  ArenaObject,
  ArenaStreamMessage,
  ObjectAddress,
} from '@backstage-arena/plugin-arena-common';
import { ResponseError } from '@backstage/errors';
import { getIfThere } from './apply';
import { Wakeup } from '../worker/Wakeup';
import { Portal } from './openPortal';

export interface FollowObjectOptions {
  signal: AbortSignal;
  /** The object's state now and after each change; undefined when it is not there. */
  onState: (object: ArenaObject | undefined) => void;
  onMessage?: (message: ArenaStreamMessage) => void;
}

/** Kinds without a topic of the stream are asked for this often. */
const POLL_MS = 1_000;
/** With a stream, only to be sure. */
const SLOW_POLL_MS = 15_000;

/** Follows one object until the signal aborts. */
export async function followObject(
  portal: Pick<Portal, 'api'>,
  address: ObjectAddress,
  options: FollowObjectOptions,
): Promise<void> {
  const { signal, onState, onMessage } = options;
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const hasTopic = address.kind === 'ArenaJob';
  const wakeup = new Wakeup();
  both.addEventListener('abort', () => wakeup.wake(), { once: true });

  let answered = false;
  const look = async () => {
    while (!both.aborted) {
      try {
        const object = await getIfThere(portal, address, both);
        answered = true;
        if (!both.aborted) onState(object);
      } catch (error) {
        if (both.aborted) return;
        // A portal that was there before may be restarting.
        if (!answered || !isUnreachable(error)) throw error;
      }
      if (both.aborted) return;
      await wakeup.wait(hasTopic ? SLOW_POLL_MS : POLL_MS);
    }
  };
  const listen = async () => {
    if (!hasTopic) return;
    const { cluster, namespace, name } = address;
    await portal.api.stream(
      [`job:${cluster}/${namespace}/${name}`],
      message => {
        onMessage?.(message);
        if (message.type === 'object' || message.type === 'reset') {
          wakeup.wake();
        }
      },
      { signal: both },
    );
  };
  try {
    await Promise.all([look(), listen()]);
  } finally {
    stop.abort();
  }
}

/** True for what a portal that is restarted answers. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof ResponseError) return error.statusCode >= 502;
  return error instanceof TypeError;
}
