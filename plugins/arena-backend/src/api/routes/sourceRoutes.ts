import {
  ArenaObjectAddress,
  arenaResourceUpdatePermission,
  ArenaSource,
} from '@backstage-arena/plugin-arena-common';
import { InputError, NotFoundError } from '@backstage/errors';
import express, { Request, Router } from 'express';
import { z } from 'zod/v4';
import { checkDigest } from '../../sources/content/SourceContents';
import { readPushEvent } from '../../sources/push/PushEvent';
import { verifySignature } from '../../sources/push/verifySignature';
import { requestSync } from '../../sources/requestSync';
import { audited } from '../audited';
import { storeOf } from '../clusters';
import { parseQuery } from '../input';
import { readUpload } from '../readUpload';
import { sendValue } from '../respond';
import { RouteContext } from '../RouterOptions';

/** Where servers tell of pushes. */
export const SOURCE_WEBHOOK = '/v1/source-webhook';

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
    await access.read(req, addressOf(req));
    parseQuery(req, {});
    const source = await find(req);
    const items = await sources.revisions.list(req.params.cluster, source);
    sendValue(req, res, { items });
  });

  router.get(`${revision}/files`, async (req, res) => {
    await access.read(req, addressOf(req));
    parseQuery(req, {});
    const [digest] = await digestsOf(req, req.params.digest);
    sendValue(req, res, { items: await sources.contents.files(digest) });
  });

  router.get(`${revision}/file`, async (req, res) => {
    await access.read(req, addressOf(req));
    const { path } = parseQuery(req, { path: z.string().min(1).max(4096) });
    const [digest] = await digestsOf(req, req.params.digest);
    sendValue(req, res, await sources.contents.file(digest, path));
  });

  router.get(`${revision}/bundle`, async (req, res) => {
    await access.read(req, addressOf(req));
    const { arenaFile } = parseQuery(req, {
      arenaFile: z.string().min(1).max(1024).optional(),
    });
    const [digest] = await digestsOf(req, req.params.digest);
    sendValue(req, res, await sources.contents.bundle(digest, arenaFile));
  });

  router.get(`${revision}/diff`, async (req, res) => {
    await access.read(req, addressOf(req));
    const query = parseQuery(req, { from: z.string() });
    const [from, to] = await digestsOf(req, query.from, req.params.digest);
    sendValue(req, res, await sources.contents.diff(from, to));
  });

  router.post(`${one}/sync`, async (req, res) => {
    const { cluster, namespace, name } = req.params;
    await access.asUser(req, addressOf(req), arenaResourceUpdatePermission);
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

  router.post(`${one}/upload`, async (req, res) => {
    const { cluster, namespace, name } = req.params;
    await access.asUser(req, addressOf(req), arenaResourceUpdatePermission);
    parseQuery(req, {});
    const store = storeOf(clusters, cluster);
    const { uploads } = sources;
    const aborted = new AbortController();
    res.once('close', () => aborted.abort(new Error('The request has ended')));
    const meta = { cluster, namespace, name };
    const updated = await audited(
      auditor,
      { eventId: 'source-upload', severityLevel: 'medium', request: req, meta },
      async () => {
        const files = readUpload(req, uploads.limits);
        const key = { namespace, name };
        await uploads.replace(store, key, files, aborted.signal);
        return requestSync(store, key, new Date().toISOString());
      },
    );
    sendValue(req, res, updated, 202);
  });

  // Without credentials of the portal; the signature tells who it is.
  router.post(SOURCE_WEBHOOK, rawBody(), async (req, res) => {
    const { webhookSecret, pushes } = sources;
    if (!webhookSecret) {
      throw new NotFoundError(
        'There is no webhook for sources: an administrator opens it with arena.sourceWebhook.secret in app-config',
      );
    }
    const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    verifySignature(
      body,
      {
        signature: req.get('x-hub-signature-256'),
        token: req.get('x-gitlab-token'),
      },
      webhookSecret,
    );
    const push = readPushEvent(parsePayload(body));
    res.status(202).json({ sources: push ? await pushes.handle(push) : 0 });
  });
}

function addressOf(req: Request): ArenaObjectAddress {
  const { cluster, namespace, name } = req.params;
  return { kind: 'ArenaSource', cluster, namespace, name };
}

/** A push of two thousand commits has less. */
function rawBody() {
  return express.raw({ type: () => true, limit: '5mb' });
}

function parsePayload(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new InputError(
      'The payload is no JSON: choose application/json where the webhook is set up',
    );
  }
}
