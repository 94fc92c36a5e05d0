import { LogsFlags } from '../commands/logs';
import { jobAddress } from './addresses';
import { followLog } from './followLog';
import { interruptSignal } from './interruptSignal';
import { JobLog } from './JobLog';
import { openPortal } from './openPortal';

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
  await followLog(portal, address, { log, signal: interruptSignal() });
}
