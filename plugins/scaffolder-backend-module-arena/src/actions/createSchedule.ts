import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { ActionOptions } from './ActionOptions';
import { createOnce } from './createOnce';
import { examples } from './createSchedule.examples';
import { jobLinks, outputLinks } from './jobAddress';
import { jobInput, jobOutput } from './jobSchema';
import { wantedJob } from './wantedJob';

const SHOWN_FIRES = 5;

/** The scaffolder action `arena:schedule:create`: creates an ArenaJob from which others are created at the times of a cron line. */
export function createScheduleAction({ arena, appUrl }: ActionOptions) {
  return createTemplateAction({
    id: 'arena:schedule:create',
    description:
      'Creates an ArenaJob with a schedule: a job of its own is created from it whenever it is due',
    supportsDryRun: true,
    examples,
    schema: {
      input: {
        ...jobInput,
        cron: z =>
          z.string({
            description:
              'When it is due: five fields, or a name such as @daily; H spreads the load',
          }),
        timezone: z =>
          z
            .string({
              description: 'IANA name, such as Europe/Berlin. Default: UTC',
            })
            .optional(),
        concurrencyPolicy: z =>
          z
            .enum(['Allow', 'Forbid', 'Replace'], {
              description:
                'What becomes of it when the one before still runs. Default: that of the ArenaJob',
            })
            .optional(),
      },
      output: {
        ...jobOutput,
        next: z =>
          z.array(z.string(), {
            description: `Its next times in UTC, ${SHOWN_FIRES} at most; empty in a dry run`,
          }),
      },
    },
    async handler(ctx) {
      const { cron, timezone, concurrencyPolicy } = ctx.input;
      const client = arena.as(await ctx.getInitiatorCredentials());
      const wanted = wantedJob(ctx.input);
      const made = await createOnce(client, ctx, {
        ...wanted,
        spec: {
          ...wanted.spec,
          schedule: {
            ...Object(wanted.spec.schedule),
            cron,
            ...(timezone && { timezone }),
            ...(concurrencyPolicy && { concurrencyPolicy }),
          },
        },
      });
      const address = { ...made, namespace: wanted.namespace };
      const links = jobLinks(address, appUrl);
      outputLinks(ctx, links);
      if (ctx.isDryRun) {
        ctx.logger.info(`ArenaJob ${links.jobRef} would be accepted`);
        ctx.output('next', []);
        return;
      }
      const { next } = await client.schedule(address);
      const times = Array.from(next.slice(0, SHOWN_FIRES), ({ at }) => at);
      ctx.logger.info(
        `Created ArenaJob ${links.jobRef}, due at ${
          times.join(', ') || 'no time to come'
        }`,
      );
      ctx.output('next', times);
    },
  });
}
