import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { ArenaApi, Run } from '@backstage-arena/plugin-arena-common';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ActionOptions } from './ActionOptions';
import { examples } from './fetchResults.examples';
import { parseJobRef } from './jobAddress';

/** The scaffolder action `arena:results:fetch`: writes reports of a run into the workspace, for a commit, a pull request or a template. */
export function fetchResultsAction({ arena }: ActionOptions) {
  return createTemplateAction({
    id: 'arena:results:fetch',
    description: 'Writes the reports of a run into the workspace of the task',
    supportsDryRun: true,
    examples,
    schema: {
      input: {
        jobRef: z =>
          z
            .string({
              description:
                'The job whose latest run is meant: <cluster>/<namespace>/<name>',
            })
            .optional(),
        runId: z =>
          z.string({ description: 'The run, instead of a job' }).optional(),
        files: z =>
          z
            .array(z.string(), {
              description:
                'Names of reports, such as results.json. Default: all',
            })
            .optional(),
        targetPath: z =>
          z
            .string({
              description:
                'Folder of the workspace to write to. Default: arena-results',
            })
            .default('arena-results'),
      },
      output: {
        runId: z => z.string({ description: 'The run' }),
        files: z =>
          z.array(z.string(), {
            description: 'What was written, as paths in the workspace',
          }),
      },
    },
    async handler(ctx) {
      const { jobRef, runId, targetPath = 'arena-results' } = ctx.input;
      if ((jobRef === undefined) === (runId === undefined)) {
        throw new InputError('Give one of jobRef and runId');
      }
      const folder = resolveSafeChildPath(ctx.workspacePath, targetPath);
      if (ctx.isDryRun) {
        ctx.logger.info(`Would write the reports of ${runId ?? jobRef}`);
        ctx.output('files', []);
        return;
      }
      const client = arena.as(await ctx.getInitiatorCredentials());
      const run = runId
        ? await client.run(runId)
        : await latest(client, jobRef!);
      const names = chosen(run, ctx.input.files);
      await mkdir(folder, { recursive: true });
      for (const name of names) {
        const { body } = await client.report(run.id, name, {
          signal: ctx.signal,
        });
        await pipeline(
          body
            ? Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0])
            : Readable.from([]),
          createWriteStream(resolveSafeChildPath(folder, name)),
        );
        ctx.logger.info(`Written: ${name}`);
      }
      ctx.output('runId', run.id);
      ctx.output(
        'files',
        names.map(name => join(targetPath, name)),
      );
    },
  });
}

async function latest(client: ArenaApi, jobRef: string): Promise<Run> {
  const [run] = await client.runsOfJob(parseJobRef(jobRef));
  if (!run) throw new NotFoundError(`ArenaJob ${jobRef} has no run yet`);
  return run;
}

function chosen(run: Run, wanted: string[] | undefined): string[] {
  const names = Array.from(run.reports, ({ name }) => name);
  const missing = wanted?.filter(name => !names.includes(name)) ?? [];
  if (missing.length > 0) {
    throw new NotFoundError(
      `Run ${run.id} has no ${missing.join(', ')}: it has ${
        names.join(', ') || 'no reports'
      }${run.finalizeError ? ` (${run.finalizeError})` : ''}`,
    );
  }
  return wanted ?? names;
}
