import { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { Access } from './Access';
import { errorStatus } from './errorStatus';
import { refuseZeroCharacter } from './refuseZeroCharacter';
import { RouteContext, RouterOptions } from './RouterOptions';
import { addCommentRoutes } from './routes/commentRoutes';
import { addComparisonRoutes } from './routes/comparisonRoutes';
import { addDatasetRoutes } from './routes/datasetRoutes';
import { addHealthRoutes } from './routes/healthRoutes';
import { addJobRoutes } from './routes/jobRoutes';
import { addObjectRoutes } from './routes/objectRoutes';
import { addLoadRoutes } from './routes/loadRoutes';
import { addOverviewRoutes } from './routes/overviewRoutes';
import { addRunRoutes } from './routes/runRoutes';
import { addScheduleRoutes } from './routes/scheduleRoutes';
import { addSourceRoutes } from './routes/sourceRoutes';
import { addStreamRoutes } from './routes/streamRoutes';

/**
 * The REST API, to be mounted at the plugin's root. `schema/openapi.yaml` describes it.
 *
 * @remarks
 * A handler authenticates, authorises, checks its input and calls a store or a use case; that is all it does. All routes
 * are on one router with their whole paths, so that a test can compare them with the description.
 */
export function createRouter(options: RouterOptions): Router {
  const context: RouteContext = { ...options, access: new Access(options) };
  const router = PromiseRouter();
  router.use(refuseZeroCharacter());
  addHealthRoutes(router, context);
  addStreamRoutes(router, context);
  // Before the objects: `jobs` would otherwise be taken for the plural of a kind.
  addJobRoutes(router, context);
  addOverviewRoutes(router, context);
  addScheduleRoutes(router, context);
  addComparisonRoutes(router, context);
  addSourceRoutes(router, context);
  addObjectRoutes(router, context);
  addRunRoutes(router, context);
  addCommentRoutes(router, context);
  addLoadRoutes(router, context);
  addDatasetRoutes(router, context);
  router.use(errorStatus());
  return router;
}
