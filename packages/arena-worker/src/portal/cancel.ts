import { printJson } from '../cli/outputOption';
import { CancelFlags } from '../commands/cancel';
import { jobAddress, shortName } from './addresses';
import { openPortal } from './openPortal';

/** `arena cancel` */
export async function cancelCommand(
  job: string,
  flags: CancelFlags,
): Promise<void> {
  const portal = await openPortal(flags);
  const address = jobAddress(job, portal);
  const object = await portal.api.cancel(address);
  if (flags.output === 'json') printJson(object);
  else process.stdout.write(`${shortName(address)} cancelled\n`);
}
