import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { JsonObject } from '@backstage/types';
import {
  ARENA_ANNOTATIONS,
  arenaEntityRef,
} from '@backstage-arena/plugin-arena-common';
import { ActionOptions } from './ActionOptions';
import { awaitSource } from './awaitSource';
import { createOnce } from './createOnce';
import { examples } from './createSource.examples';

/** The scaffolder action `arena:source:create`: creates an ArenaSource and waits until its bundle is there. */
export function createSourceAction({ arena, appUrl }: ActionOptions) {
  return createTemplateAction({
    id: 'arena:source:create',
    description:
      'Creates an ArenaSource, from which ArenaJobs take scenarios and prompts, and waits until it was fetched',
    supportsDryRun: true,
    examples,
    schema: {
      input: {
        cluster: z =>
          z
            .string({
              description:
                'Cluster to create the source in. Default: the first one of the portal',
            })
            .optional(),
        namespace: z =>
          z
            .string({ description: 'Namespace of the source' })
            .default('default'),
        name: z => z.string({ description: 'Name of the source' }),
        owner: z =>
          z.string({ description: 'Entity reference of the owner' }).optional(),
        spec: z =>
          z.record(z.any(), {
            description:
              'Spec of the source, as in an ArenaSource document: type, interval, and git, oci, configMap or workspace',
          }),
        timeoutMinutes: z =>
          z
            .number({
              description:
                'How long to wait until it was fetched; 0: not at all. Default: 5',
            })
            .min(0)
            .max(60)
            .default(5),
      },
      output: {
        sourceRef: z =>
          z.string({ description: 'The source: <cluster>/<namespace>/<name>' }),
        name: z =>
          z.string({ description: 'Its name, for the sourceRef of a job' }),
        entityRef: z =>
          z.string({ description: 'Entity reference of it in the catalog' }),
        url: z => z.string({ description: 'Page of it in the portal' }),
        revision: z =>
          z.string({
            description: 'What was fetched; empty when that was not awaited',
          }),
      },
    },
    async handler(ctx) {
      const { namespace = 'default', name, owner, spec } = ctx.input;
      const client = arena.as(await ctx.getInitiatorCredentials());
      const { cluster } = await createOnce(client, ctx, {
        kind: 'ArenaSource',
        cluster: ctx.input.cluster,
        namespace,
        name,
        annotations: owner ? { [ARENA_ANNOTATIONS.owner]: owner } : {},
        spec: spec as JsonObject,
      });
      const address = { cluster, namespace, name };
      const sourceRef = `${cluster}/${namespace}/${name}`;
      const path = [cluster, namespace, name].map(encodeURIComponent).join('/');
      const url = `${appUrl}/arena/sources/${path}`;
      ctx.output('sourceRef', sourceRef);
      ctx.output('name', name);
      ctx.output(
        'entityRef',
        arenaEntityRef({ kind: 'ArenaSource', ...address }),
      );
      ctx.output('url', url);
      if (ctx.isDryRun) {
        ctx.logger.info(`ArenaSource ${sourceRef} would be accepted`);
        return;
      }
      ctx.logger.info(`Created ArenaSource ${sourceRef}`);
      const { timeoutMinutes = 5 } = ctx.input;
      if (timeoutMinutes === 0) return;
      const revision = await awaitSource(client, address, {
        url,
        timeoutMinutes,
        signal: ctx.signal,
      });
      ctx.logger.info(`Fetched ${revision}`);
      ctx.output('revision', revision);
    },
  });
}
