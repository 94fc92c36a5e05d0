import { InputError } from '@backstage/errors';
import { arenaJobReadPermission } from '@backstage-arena/plugin-arena-common';
import { Router } from 'express';
import { z } from 'zod/v4';
import { parseBody, readBody } from '../body';
import { parseInput, parseQuery } from '../input';
import { jobOverviews } from '../objects/jobOverviews';
import { sendValue } from '../respond';
import { RouteContext } from '../RouterOptions';

const MAX_COMPONENTS = 50;
const MAX_JOBS = 200;
const MAX_POINTS = 50;

const text = z
  .string()
  .min(1)
  .max(512)
  .refine(value => !value.includes('\0'), 'expected a text without NUL');

const querySchema = z.strictObject({
  cluster: text.optional(),
  components: z.array(text).max(MAX_COMPONENTS).optional(),
  jobs: z
    .array(z.strictObject({ cluster: text, namespace: text, name: text }))
    .max(MAX_JOBS)
    .optional(),
  points: z.int().min(0).max(MAX_POINTS).optional(),
});

/** What pages of the catalog and the home page show of many jobs. */
export function addOverviewRoutes(router: Router, context: RouteContext): void {
  const { access } = context;

  router.post('/v1/job-overviews', readBody(), async (req, res) => {
    const readable = await access.filter(req, arenaJobReadPermission);
    parseQuery(req, {});
    const query = parseInput(querySchema, parseBody(req), 'field');
    if (!query.components && !query.jobs) {
      throw new InputError(
        "Neither 'components' nor 'jobs' is given: name at least one of them",
      );
    }
    sendValue(req, res, await jobOverviews(context, query, readable));
  });
}
