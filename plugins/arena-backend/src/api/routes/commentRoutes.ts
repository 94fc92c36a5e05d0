import {
  arenaCommentCreatePermission,
  arenaCommentDeletePermission,
} from '@backstage-arena/plugin-arena-common';
import { Request, Router } from 'express';
import { z } from 'zod/v4';
import { audited } from '../audited';
import { parseBody, readBody } from '../body';
import { intParam, parseInput, parseQuery } from '../input';
import { sendValue } from '../respond';
import { RouteContext } from '../RouterOptions';

const MAX_CELLS = 500;

const newCommentSchema = z.strictObject({ text: z.string() });
const changesSchema = z
  .strictObject({
    text: z.string().optional(),
    resolved: z.boolean().optional(),
  })
  .refine(
    ({ text, resolved }) => text !== undefined || resolved !== undefined,
    'expected a text, or whether it is resolved',
  );

/** Comments and labels of items: what people say of a test, in all runs of its job. */
export function addCommentRoutes(router: Router, context: RouteContext): void {
  const { access, auditor, comments } = context;
  const item = '/v1/runs/:runId/items/:index';

  router.get('/v1/runs/:runId/comments', async (req, res) => {
    await access.read(req, { runId: req.params.runId });
    const { limit = MAX_CELLS, cursor } = parseQuery(req, {
      limit: intParam(1, MAX_CELLS).optional(),
      cursor: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'expected the nextCursor of the page before')
        .optional(),
    });
    const { runId } = req.params;
    sendValue(req, res, await comments.cells(runId, { limit, cursor }));
  });

  router.get(`${item}/comments`, async (req, res) => {
    await access.read(req, { runId: req.params.runId });
    parseQuery(req, {});
    const { runId } = req.params;
    sendValue(req, res, await comments.discussion(runId, indexOf(req)));
  });

  router.post(`${item}/comments`, readBody(), async (req, res) => {
    const { userEntityRef: author } = await access.asUser(
      req,
      { runId: req.params.runId },
      arenaCommentCreatePermission,
    );
    parseQuery(req, {});
    const { runId } = req.params;
    const index = indexOf(req);
    const { text } = parseInput(newCommentSchema, parseBody(req), 'field');
    const comment = await audited(
      auditor,
      {
        eventId: 'comment-create',
        severityLevel: 'low',
        request: req,
        meta: { runId, index },
      },
      () => comments.comment(runId, index, { text, author }),
    );
    sendValue(req, res, comment, 201);
  });

  router.put(
    '/v1/runs/:runId/comments/:commentId',
    readBody(),
    async (req, res) => {
      const { userEntityRef } = await access.asUser(
        req,
        { runId: req.params.runId },
        arenaCommentCreatePermission,
      );
      parseQuery(req, {});
      const { runId, commentId } = req.params;
      const changes = parseInput(changesSchema, parseBody(req), 'field');
      const { resolved } = changes;
      const comment = await audited(
        auditor,
        {
          eventId: 'comment-update',
          severityLevel: 'low',
          request: req,
          meta: {
            runId,
            commentId,
            text: changes.text !== undefined,
            ...(resolved !== undefined && { resolved }),
          },
        },
        () => comments.update(runId, commentId, changes, userEntityRef),
      );
      sendValue(req, res, comment);
    },
  );

  router.delete('/v1/runs/:runId/comments/:commentId', async (req, res) => {
    const { userEntityRef: user } = await access.asUser(
      req,
      { runId: req.params.runId },
      arenaCommentCreatePermission,
    );
    parseQuery(req, {});
    const { runId, commentId } = req.params;
    await audited(
      auditor,
      {
        eventId: 'comment-delete',
        severityLevel: 'medium',
        request: req,
        meta: { runId, commentId },
      },
      () =>
        comments.delete(runId, commentId, {
          user,
          ofOthers: async () => {
            await access.asUser(req, { runId }, arenaCommentDeletePermission);
          },
        }),
    );
    res.status(204).end();
  });

  for (const method of ['put', 'delete'] as const) {
    router[method](`${item}/labels/:label`, async (req, res) => {
      const { userEntityRef: author } = await access.asUser(
        req,
        { runId: req.params.runId },
        arenaCommentCreatePermission,
      );
      parseQuery(req, {});
      const { runId, label } = req.params;
      const index = indexOf(req);
      const isSet = method === 'put';
      const discussion = await audited(
        auditor,
        {
          eventId: isSet ? 'label-add' : 'label-remove',
          severityLevel: 'low',
          request: req,
          meta: { runId, index, label: label.slice(0, 100) },
        },
        () => comments.setLabel(runId, index, { label, isSet, author }),
      );
      sendValue(req, res, discussion);
    });
  }
}

function indexOf(req: Request): number {
  return parseInput(
    intParam(0, Number.MAX_SAFE_INTEGER),
    req.params.index,
    'item index',
  );
}
