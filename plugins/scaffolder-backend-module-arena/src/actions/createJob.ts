import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { ActionOptions } from './ActionOptions';
import { examples } from './createJob.examples';
import { createOnce } from './createOnce';
import { jobLinks, outputLinks } from './jobAddress';
import { jobInput, jobOutput } from './jobSchema';
import { wantedJob } from './wantedJob';

/**
 * The scaffolder action `arena:job:create`: creates an ArenaJob on behalf of the user who runs the template.
 *
 * @remarks
 * A step that is run again (a retry, a recovered task) makes no second job. In a dry run the server checks the job with all its
 * rules and keeps nothing.
 */
export function createJobAction({ arena, appUrl }: ActionOptions) {
  return createTemplateAction({
    id: 'arena:job:create',
    description:
      'Creates an ArenaJob, which evaluates prompts and agents on the scenarios of a source',
    supportsDryRun: true,
    examples,
    schema: { input: jobInput, output: jobOutput },
    async handler(ctx) {
      const client = arena.as(await ctx.getInitiatorCredentials());
      const wanted = wantedJob(ctx.input);
      const made = await createOnce(client, ctx, wanted);
      const links = jobLinks({ ...made, namespace: wanted.namespace }, appUrl);
      ctx.logger.info(
        ctx.isDryRun
          ? `ArenaJob ${links.jobRef} would be accepted`
          : `Created ArenaJob ${links.jobRef}`,
      );
      outputLinks(ctx, links);
    },
  });
}
