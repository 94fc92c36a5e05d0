import { createRouteRef } from '@backstage/frontend-plugin-api';

/** The plugin's landing page, which shows the jobs. */
export const rootRouteRef = createRouteRef();

/** The table of jobs. */
export const jobsRouteRef = createRouteRef();

/** The list of sources. */
export const sourcesRouteRef = createRouteRef();

/** One source, live. */
export const sourceRouteRef = createRouteRef({
  params: ['cluster', 'namespace', 'name'],
});

/** The editor for a new job. */
export const newJobRouteRef = createRouteRef();

/** One job, live. */
export const jobRouteRef = createRouteRef({
  params: ['cluster', 'namespace', 'name'],
});

/** Several runs side by side. */
export const compareRouteRef = createRouteRef();

/** One run, which outlives its job. */
export const runRouteRef = createRouteRef({ params: ['runId'] });
