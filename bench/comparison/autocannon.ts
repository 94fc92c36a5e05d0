import { dirname, join } from 'node:path';
import { CHAT_REQUEST } from '../load/chatRequest';
import { LoadTool } from './LoadTool';
import { runTool } from './runTool';

/** The one that the repository has. */
export async function autocannon(): Promise<LoadTool> {
  const manifest = require.resolve('autocannon/package.json');
  const { version, bin } = require(manifest);
  const program = join(dirname(manifest), bin.autocannon ?? bin);
  const headers = Object.entries(CHAT_REQUEST.headers).flatMap(
    ([name, value]) => ['--headers', `${name}=${value}`],
  );
  return {
    name: `autocannon ${version}`,
    async send({ url, connections, seconds, rate }) {
      const output = await runTool(process.execPath, [
        program,
        '--json',
        ...['--method', 'POST', ...headers, '--body', CHAT_REQUEST.body],
        ...['--connections', String(connections)],
        ...['--duration', String(seconds)],
        ...(rate === undefined ? [] : ['--overallRate', String(rate)]),
        `${url}/chat/completions`,
      ]);
      return async () => {
        const result = JSON.parse(output);
        const requests: number = result['2xx'];
        return {
          requests,
          perSecond: requests / result.duration,
          failed: result.non2xx + result.errors + result.timeouts,
          p50Ms: result.latency.p50,
          p99Ms: result.latency.p99,
        };
      };
    },
  };
}
