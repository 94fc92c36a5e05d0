import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { ActionOptions } from './ActionOptions';
import { awaitJob } from './awaitJob';
import { jobLinks, outputLinks, parseJobRef } from './jobAddress';
import { jobOutput, waitInput, waitOutput } from './jobSchema';
import { examples } from './waitForJob.examples';

/**
 * The scaffolder action `arena:job:wait`: waits until an ArenaJob has ended, with its progress in the log.
 *
 * @remarks
 * A dry run waits for nothing: the step before it has created nothing.
 */
export function waitForJobAction({ arena, appUrl }: ActionOptions) {
  return createTemplateAction({
    id: 'arena:job:wait',
    description:
      'Waits until an ArenaJob has ended, and fails when it did not succeed',
    supportsDryRun: true,
    examples,
    schema: {
      input: {
        jobRef: z =>
          z.string({
            description:
              'The job: <cluster>/<namespace>/<name>, as arena:job:create gives it',
          }),
        ...waitInput,
      },
      output: { ...jobOutput, ...waitOutput },
    },
    async handler(ctx) {
      const address = parseJobRef(ctx.input.jobRef);
      const links = jobLinks(address, appUrl);
      outputLinks(ctx, links);
      if (ctx.isDryRun) {
        ctx.logger.info(`Would wait for ArenaJob ${links.jobRef}`);
        return;
      }
      const client = arena.as(await ctx.getInitiatorCredentials());
      await awaitJob(client, address, { appUrl, ctx });
    },
  });
}
