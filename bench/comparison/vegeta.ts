import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureGoTool } from '../../packages/arena-devcluster/src/binary/go';
import { printProgress } from '../../packages/arena-devcluster/src/binary/Progress';
import { CHAT_REQUEST } from '../load/chatRequest';
import { LoadTool } from './LoadTool';
import { runTool } from './runTool';

const VERSION = 'v12.13.0';
const NS_PER_MS = 1e6;

/** Builds it the first time. */
export async function vegeta(): Promise<LoadTool> {
  const program = await ensureGoTool(
    {
      package: 'github.com/tsenart/vegeta/v12',
      version: VERSION,
      takes: 'about a minute',
    },
    printProgress,
  );
  return {
    name: `vegeta ${VERSION}`,
    async send({ url, connections, seconds, rate, folder }) {
      const body = join(folder, 'body.json');
      const targets = join(folder, 'targets');
      const results = join(folder, 'results.bin');
      await writeFile(body, CHAT_REQUEST.body);
      const headers = Object.entries(CHAT_REQUEST.headers).map(
        ([name, value]) => `${name}: ${value}`,
      );
      await writeFile(
        targets,
        [`POST ${url}/chat/completions`, ...headers, `@${body}`, ''].join('\n'),
      );
      await runTool(program, [
        'attack',
        `-targets=${targets}`,
        `-output=${results}`,
        `-duration=${seconds}s`,
        `-rate=${rate ?? 0}`,
        `-workers=${connections}`,
        `-max-workers=${connections}`,
        `-connections=${connections}`,
        `-max-connections=${connections}`,
      ]);
      return async () => {
        const report = JSON.parse(
          await runTool(program, ['report', '-type=json', results]),
        );
        const { requests, success, throughput, latencies } = report;
        return {
          requests: Math.round(requests * success),
          perSecond: throughput,
          failed: Math.round(requests * (1 - success)),
          p50Ms: latencies['50th'] / NS_PER_MS,
          p99Ms: latencies['99th'] / NS_PER_MS,
        };
      };
    },
  };
}
