import {
  arenaResourceReadPermission,
  arenaResourceUpdatePermission,
  ArenaSource,
} from '@backstage-arena/plugin-arena-common';
import { NotFoundError } from '@backstage/errors';
import { Request, Router } from 'express';
import { z } from 'zod/v4';
import { checkDigest } from '../../sources/content/SourceContents';
import { requestSync } from '../../sources/requestSync';
import { audited } from '../audited';
import { storeOf } from '../clusters';
import { parseQuery } from '../input';
import { sendValue } from '../respond';
import { RouteContext } from '../RouterOptions';

/** What a source has fetched: revisions, files, parsed bundles, differences. And what has it fetched again. */
export function addSourceRoutes(router: Router, context: RouteContext): void {
  const { access, auditor, clusters, sources } = context;
  const one = '/v1/clusters/:cluster/namespaces/:namespace/arenasources/:name';
  const revision = `${one}/revisions/:digest`;

  const find = async (req: Request): Promise<ArenaSource> => {
    const { cluster, namespace, name } = req.params;
    return storeOf(clusters, cluster).get('ArenaSource', { namespace, name });
  };
  /** Digests of the request's source: content is shown to those who may read a source that has it. */
  const digestsOf = async (req: Request, ...digests: string[]) => {
    const source = await find(req);
    for (const digest of digests.map(checkDigest)) {
      if (!(await sources.revisions.has(req.params.cluster, source, digest))) {
        throw new NotFoundError(
          `ArenaSource ${req.params.name} has no revision ${digest}, or has it no longer`,
        );
      }
    }
    return digests;
  };

  router.get(`${one}/revisions`, async (req, res) => {
    await access.read(req, arenaResourceReadPermission);
    parseQuery(req, {});
    const source = await find(req);
    const items = await sources.revisions.list(req.params.cluster, source);
    sendValue(req, res, { items });
  });

  router.get(`${revision}/files`, async (req, res) => {
    await access.read(req, arenaResourceReadPermission);
    parseQuery(req, {});
    const [digest] = await digestsOf(req, req.params.digest);
    sendValue(req, res, { items: await sources.contents.files(digest) });
  });

  router.get(`${revision}/file`, async (req, res) => {
    await access.read(req, arenaResourceReadPermission);
    const { path } = parseQuery(req, { path: z.string().min(1).max(4096) });
    const [digest] = await digestsOf(req, req.params.digest);
    sendValue(req, res, await sources.contents.file(digest, path));
  });

  router.get(`${revision}/bundle`, async (req, res) => {
    await access.read(req, arenaResourceReadPermission);
    const { arenaFile } = parseQuery(req, {
      arenaFile: z.string().min(1).max(1024).optional(),
    });
    const [digest] = await digestsOf(req, req.params.digest);
    sendValue(req, res, await sources.contents.bundle(digest, arenaFile));
  });

  router.get(`${revision}/diff`, async (req, res) => {
    await access.read(req, arenaResourceReadPermission);
    const query = parseQuery(req, { from: z.string() });
    const [from, to] = await digestsOf(req, query.from, req.params.digest);
    sendValue(req, res, await sources.contents.diff(from, to));
  });

  router.post(`${one}/sync`, async (req, res) => {
    const { cluster, namespace, name } = req.params;
    await access.asUser(req, arenaResourceUpdatePermission);
    parseQuery(req, {});
    const meta = { cluster, namespace, name };
    const source = await audited(
      auditor,
      { eventId: 'source-sync', severityLevel: 'low', request: req, meta },
      () =>
        requestSync(
          storeOf(clusters, cluster),
          { namespace, name },
          new Date().toISOString(),
        ),
    );
    sendValue(req, res, source, 202);
  });
}
