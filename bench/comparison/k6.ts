import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureGoTool } from '../../packages/arena-devcluster/src/binary/go';
import { printProgress } from '../../packages/arena-devcluster/src/binary/Progress';
import { CHAT_REQUEST } from '../load/chatRequest';
import { Load, LoadTool } from './LoadTool';
import { runTool } from './runTool';

const VERSION = 'v1.8.1';

/** Builds it the first time. */
export async function k6(): Promise<LoadTool> {
  const program = await ensureGoTool(
    { package: 'go.k6.io/k6', version: VERSION, takes: 'some minutes' },
    printProgress,
  );
  return {
    name: `k6 ${VERSION}`,
    async send(load) {
      const script = join(load.folder, 'script.js');
      const summary = join(load.folder, 'summary.json');
      await writeFile(script, scriptOf(load, summary));
      await runTool(program, ['run', '--quiet', script], {
        env: { K6_NO_USAGE_REPORT: 'true' },
      });
      return async () => {
        const metrics = JSON.parse(await readFile(summary, 'utf8'));
        const { http_reqs, http_req_failed, http_req_duration } = metrics;
        // Of this metric, those that pass are the requests that failed.
        const failed: number = http_req_failed.values.passes;
        return {
          requests: http_reqs.values.count - failed,
          perSecond: (http_reqs.values.count - failed) / load.seconds,
          failed,
          p50Ms: http_req_duration.values.med,
          p99Ms: http_req_duration.values['p(99)'],
          ...(load.rate !== undefined && {
            dropped: metrics.dropped_iterations?.values.count ?? 0,
          }),
        };
      };
    },
  };
}

function scriptOf(
  { url, connections, seconds, rate }: Load,
  summary: string,
): string {
  const duration = `${seconds}s`;
  const scenario =
    rate === undefined
      ? { executor: 'constant-vus', vus: connections, duration }
      : {
          executor: 'constant-arrival-rate',
          rate,
          timeUnit: '1s',
          preAllocatedVUs: connections,
          duration,
        };
  const options = {
    scenarios: { load: scenario },
    summaryTrendStats: ['med', 'p(99)'],
  };
  const { body, headers } = CHAT_REQUEST;
  return `
import http from 'k6/http';
export const options = ${JSON.stringify(options)};
const body = ${JSON.stringify(body)};
const params = ${JSON.stringify({ headers })};
export default function () {
  http.post(${JSON.stringify(`${url}/chat/completions`)}, body, params);
}
export function handleSummary(data) {
  return { ${JSON.stringify(summary)}: JSON.stringify(data.metrics) };
}
`;
}
