import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { ActionOptions } from './ActionOptions';
import { awaitJob } from './awaitJob';
import { createOnce } from './createOnce';
import { jobLinks, outputLinks } from './jobAddress';
import { jobInput, jobOutput, waitInput, waitOutput } from './jobSchema';
import { examples } from './runJob.examples';
import { wantedJob } from './wantedJob';

/** The scaffolder action `arena:job:run`: `arena:job:create` and `arena:job:wait` in one step. A step that is run again goes on waiting. */
export function runJobAction({ arena, appUrl }: ActionOptions) {
  return createTemplateAction({
    id: 'arena:job:run',
    description:
      'Creates an ArenaJob, waits until it has ended, and fails when it did not succeed',
    supportsDryRun: true,
    examples,
    schema: {
      input: { ...jobInput, ...waitInput },
      output: { ...jobOutput, ...waitOutput },
    },
    async handler(ctx) {
      const client = arena.as(await ctx.getInitiatorCredentials());
      const wanted = wantedJob(ctx.input);
      const made = await createOnce(client, ctx, wanted);
      const address = { ...made, namespace: wanted.namespace };
      const links = jobLinks(address, appUrl);
      outputLinks(ctx, links);
      if (ctx.isDryRun) {
        ctx.logger.info(`ArenaJob ${links.jobRef} would be accepted`);
        return;
      }
      ctx.logger.info(`Created ArenaJob ${links.jobRef}: ${links.url}`);
      await awaitJob(client, address, { appUrl, ctx });
    },
  });
}
