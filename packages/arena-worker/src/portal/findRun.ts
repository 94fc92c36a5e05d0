import { Run } from '@backstage-arena/plugin-arena-common';
import { CliError } from '../cli/errors';
import { jobAddress, shortName } from './addresses';
import { Portal } from './openPortal';

/** A run is named after its job's UID. */
const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-\d+$/;

/** The run of that id, or the newest of the job of that name. */
export async function findRun(portal: Portal, target: string): Promise<Run> {
  if (RUN_ID.test(target)) return portal.api.run(target);
  const address = jobAddress(target, portal);
  const [newest] = await portal.api.runsOfJob(address);
  if (newest) return newest;
  await portal.api.get(address);
  throw new CliError(`${shortName(address)} has no run yet`);
}
