import { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { ActionOptions } from './ActionOptions';
import { registerCancelJob } from './registerCancelJob';
import { registerCompareRuns } from './registerCompareRuns';
import { registerCreateJob } from './registerCreateJob';
import { registerDescribeJob } from './registerDescribeJob';
import { registerExplainFailure } from './registerExplainFailure';
import { registerListJobs } from './registerListJobs';
import { registerRerunJob } from './registerRerunJob';
import { registerWaitForJob } from './registerWaitForJob';

/**
 * What agents, scripts and templates may do with jobs, through whatever the portal offers for that: MCP, `backstage-cli actions`, the
 * scaffolder.
 */
export function registerActions(
  registry: ActionsRegistryService,
  options: ActionOptions,
): void {
  registerListJobs(registry, options);
  registerDescribeJob(registry, options);
  registerCreateJob(registry, options);
  registerWaitForJob(registry, options);
  registerExplainFailure(registry, options);
  registerCompareRuns(registry, options);
  registerRerunJob(registry, options);
  registerCancelJob(registry, options);
}
