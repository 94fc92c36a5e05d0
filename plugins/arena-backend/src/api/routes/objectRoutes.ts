import { JsonValue } from '@backstage/types';
import {
  apiVersionOf,
  arenaJobCancelPermission,
  arenaJobRerunPermission,
  ArenaObjectInput,
  arenaTranscriptReadPermission,
} from '@backstage-arena/plugin-arena-common';
import { normalizeInput } from '@backstage-arena/plugin-arena-common/admission';
import { Request, Response, Router } from 'express';
import { z } from 'zod/v4';
import { permissionsOfKind } from '../../permissions/permissionsOfKind';
import { subjectOfObject } from '../../permissions/PermissionSubject';
import { audited } from '../audited';
import { parseBody, readBody } from '../body';
import { clusterOf, kindOfPlural, storeOf } from '../clusters';
import { RouteContext } from '../RouterOptions';
import { intParam, parseQuery } from '../input';
import { checkNamedObjects } from '../objects/checkNamedObjects';
import { checkOwnerReferences } from '../objects/checkOwnerReferences';
import { readEnvelope } from '../objects/envelope';
import { checkRerunOrigin, isRerun } from '../objects/rerunOrigin';
import {
  withCreator,
  withFixedAnnotations,
} from '../objects/serverAnnotations';
import { writesTranscripts } from '../objects/writesTranscripts';
import { sendValue } from '../respond';

const DEFAULT_LIMIT = 500;
const MAX_LIMIT = 1_000;

const dryRun = z.enum(['All']).optional();

/** The object in a body, in the one form that admission knows. */
function readObject(req: Request): JsonValue {
  return normalizeInput(parseBody(req));
}

/** Create, read, replace and delete objects of all kinds, and their events. */
export function addObjectRoutes(router: Router, context: RouteContext): void {
  const { access, auditor, clusters, runs } = context;
  const collection = '/v1/clusters/:cluster/namespaces/:namespace/:plural';
  const one = `${collection}/:name`;

  const list = async (req: Request, res: Response, namespace?: string) => {
    const { kind } = kindOfPlural(req.params.plural);
    const readable = await access.filter(req, permissionsOfKind(kind).read);
    const query = parseQuery(req, {
      labelSelector: z.string().optional(),
      fieldSelector: z.string().optional(),
      limit: intParam(1, MAX_LIMIT).optional(),
      continue: z.string().optional(),
    });
    const store = storeOf(clusters, req.params.cluster);
    const { items, metadata } = await store.list(kind, {
      ...query,
      limit: query.limit ?? DEFAULT_LIMIT,
      namespace,
      ...(readable.criteria && {
        where: object =>
          readable.allows(subjectOfObject(store.cluster, object)),
      }),
    });
    const apiVersion = apiVersionOf(kind);
    sendValue(req, res, { apiVersion, kind: `${kind}List`, metadata, items });
  };

  router.get('/v1/clusters/:cluster/:plural', (req, res) => list(req, res));
  router.get(collection, (req, res) => list(req, res, req.params.namespace));

  router.post(collection, readBody(), async (req, res) => {
    const { cluster, namespace } = req.params;
    const { kind } = kindOfPlural(req.params.plural);
    const permissions = permissionsOfKind(kind);
    const { userEntityRef } = await access.asUserWith(req, permissions.create);
    const query = parseQuery(req, { dryRun });
    const store = storeOf(clusters, cluster);
    const sent = readEnvelope(readObject(req), { kind, namespace });
    const wanted = withCreator(sent, userEntityRef);
    await access.onSubject(
      req,
      subjectOfObject(cluster, wanted),
      permissions.place,
      ...(writesTranscripts(sent) ? [arenaTranscriptReadPermission] : []),
    );
    await checkOwnerReferences(wanted, {
      store,
      mayUpdate: owner =>
        access.asUser(req, owner, permissionsOfKind(owner.kind).update),
    });
    if (isRerun(sent)) {
      const { runId } = await checkRerunOrigin(sent, { cluster, runs });
      await access.asUser(req, { runId }, arenaJobRerunPermission);
    }
    const meta = {
      cluster,
      namespace,
      kind,
      name: sent.metadata.name ?? sent.metadata.generateName ?? '',
      dryRun: query.dryRun !== undefined,
    };
    const created = await audited(
      auditor,
      { eventId: 'object-create', severityLevel: 'medium', request: req, meta },
      async () => {
        await checkNamedObjects(wanted, {
          store,
          mayRead: named =>
            access.onSubject(
              req,
              subjectOfObject(cluster, named),
              permissionsOfKind(named.kind).read,
            ),
        });
        return store.create(wanted, { dryRun: meta.dryRun });
      },
    );
    sendValue(req, res, created, meta.dryRun ? 200 : 201);
  });

  router.get(one, async (req, res) => {
    const { cluster, namespace, name } = req.params;
    const { kind } = kindOfPlural(req.params.plural);
    await access.read(req, { kind, cluster, namespace, name });
    parseQuery(req, {});
    const store = storeOf(clusters, cluster);
    sendValue(req, res, await store.get(kind, { namespace, name }));
  });

  router.put(one, readBody(), async (req, res) => {
    const { cluster, namespace, name } = req.params;
    const { kind } = kindOfPlural(req.params.plural);
    const { update } = permissionsOfKind(kind);
    await access.asUser(req, { kind, cluster, namespace, name }, update);
    const query = parseQuery(req, { dryRun });
    const store = storeOf(clusters, cluster);
    const sent = readEnvelope(readObject(req), { kind, namespace, name });
    if (writesTranscripts(sent)) {
      const target = { kind, cluster, namespace, name };
      await access.asUser(req, target, arenaTranscriptReadPermission);
    }
    const meta = {
      cluster,
      namespace,
      kind,
      name,
      dryRun: query.dryRun !== undefined,
    };
    const updated = await audited(
      auditor,
      { eventId: 'object-update', severityLevel: 'medium', request: req, meta },
      async () => {
        const stored = await store.get(kind, { namespace, name });
        const object = withFixedAnnotations(sent, stored);
        // Nobody gains rights by changing what their rights depend on, nor gives away what they may not.
        await access.onSubject(
          req,
          subjectOfObject(cluster, object),
          update,
          ...(writesTranscripts(object) ? [arenaTranscriptReadPermission] : []),
          ...(isCancelled(object) !== isCancelled(stored)
            ? [arenaJobCancelPermission]
            : []),
        );
        await checkOwnerReferences(object, {
          store,
          stored,
          mayUpdate: owner =>
            access.asUser(req, owner, permissionsOfKind(owner.kind).update),
        });
        await checkNamedObjects(object, {
          store,
          stored,
          mayRead: named =>
            access.onSubject(
              req,
              subjectOfObject(cluster, named),
              permissionsOfKind(named.kind).read,
            ),
        });
        // The annotations that were carried over are those of this very object, not of one created in its place meanwhile.
        const uid = object.metadata.uid ?? stored.metadata.uid;
        return store.update(
          { ...object, metadata: { ...object.metadata, uid } },
          { dryRun: meta.dryRun },
        );
      },
    );
    sendValue(req, res, updated);
  });

  router.delete(one, async (req, res) => {
    const { cluster, namespace, name } = req.params;
    const { kind } = kindOfPlural(req.params.plural);
    await access.asUser(
      req,
      { kind, cluster, namespace, name },
      permissionsOfKind(kind).delete,
    );
    const query = parseQuery(req, {
      dryRun,
      uid: z.string().min(1).optional(),
      resourceVersion: z.string().min(1).optional(),
    });
    const { uid, resourceVersion } = query;
    const store = storeOf(clusters, cluster);
    const meta = {
      cluster,
      namespace,
      kind,
      name,
      dryRun: query.dryRun !== undefined,
    };
    const deleted = await audited(
      auditor,
      { eventId: 'object-delete', severityLevel: 'high', request: req, meta },
      () =>
        store.delete(
          kind,
          { namespace, name },
          { preconditions: { uid, resourceVersion }, dryRun: meta.dryRun },
        ),
    );
    sendValue(req, res, deleted);
  });

  router.get(`${one}/events`, async (req, res) => {
    const { cluster, namespace, name } = req.params;
    const { kind } = kindOfPlural(req.params.plural);
    await access.read(req, { kind, cluster, namespace, name });
    parseQuery(req, {});
    const { resources, events } = clusterOf(clusters, cluster);
    const { metadata } = await resources.get(kind, { namespace, name });
    const { uid } = metadata;
    sendValue(req, res, { items: await events.list({ uid, namespace }) });
  });
}

function isCancelled({ kind, spec }: ArenaObjectInput): boolean {
  return kind === 'ArenaJob' && spec.cancelled === true;
}
