import {
  ArenaObject,
  ObjectAddress,
} from '@backstage-arena/plugin-arena-common';
import { CliError } from '../cli/errors';
import { shortName } from './addresses';
import { followObject, isUnreachable } from './followObject';
import { JobLog } from './JobLog';
import { Portal } from './openPortal';
import { isFinished } from './wanted';

/**
 * Prints what happens to a job until it has ended.
 *
 * @returns the job at its end; undefined when the signal aborted before.
 * @throws CliError when the job is deleted meanwhile
 */
export async function followLog(
  portal: Portal,
  address: ObjectAddress,
  options: { log: JobLog; signal: AbortSignal },
): Promise<ArenaObject | undefined> {
  const { log, signal } = options;
  const stop = new AbortController();
  let deleted = false;
  let failure: unknown;
  await followObject(portal, address, {
    signal: AbortSignal.any([signal, stop.signal]),
    onState: state => {
      if (!state) {
        deleted = true;
        stop.abort();
        return;
      }
      const finished = isFinished(state);
      log
        .items(state)
        .then(() => {
          if (finished) stop.abort();
        })
        .catch(error => {
          // The next state brings them.
          if (isUnreachable(error)) return;
          failure = error;
          stop.abort();
        });
    },
    onMessage: message => {
      if (message.type !== 'event') return;
      log.flush(message.event.lastTimestamp);
      log.event(message.event);
    },
  });
  if (failure) throw failure;
  if (deleted) throw new CliError(`${shortName(address)} was deleted`);
  if (signal.aborted) return undefined;
  // The last events may have been recorded after the last state.
  log.past(await portal.api.events(address));
  log.flush();
  const job = await portal.api.get(address);
  log.end(job);
  return job;
}
