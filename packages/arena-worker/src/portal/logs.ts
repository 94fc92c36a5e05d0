import { CliError } from '../cli/errors';
import { LogsFlags } from '../commands/logs';
import { jobAddress, shortName } from './addresses';
import { followObject } from './followObject';
import { interruptSignal } from './interruptSignal';
import { JobLog } from './JobLog';
import { openPortal } from './openPortal';
import { isFinished } from './wanted';

/** `arena logs` */
export async function logsCommand(
  job: string,
  flags: LogsFlags,
): Promise<void> {
  const portal = await openPortal(flags);
  const address = jobAddress(job, portal);
  const log = new JobLog(portal, flags.output === 'json');

  const object = await portal.api.get(address);
  log.past(await portal.api.events(address));
  if (!flags.follow) {
    await log.items(object);
    log.flush();
    return;
  }

  const stop = new AbortController();
  let deleted = false;
  let failure: unknown;
  const interrupted = interruptSignal();
  await followObject(portal, address, {
    signal: AbortSignal.any([interrupted, stop.signal]),
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
  if (interrupted.aborted) return;
  if (failure) throw failure;
  if (deleted) throw new CliError(`${shortName(address)} was deleted`);
  // The last events may have been recorded after the last state.
  log.past(await portal.api.events(address));
  log.flush();
  log.end(await portal.api.get(address));
}
