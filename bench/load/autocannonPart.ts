// The reference: autocannon makes as many requests as it can, over so many connections.
import autocannon from 'autocannon';
import { CHAT_REQUEST } from './chatRequest';

const [url, connections, seconds] = process.argv.slice(2);

async function main(): Promise<void> {
  const begin = process.cpuUsage();
  const result = await autocannon({
    url: `${url}/chat/completions`,
    connections: Number(connections),
    duration: Number(seconds),
    method: 'POST',
    ...CHAT_REQUEST,
  });
  const { user, system } = process.cpuUsage(begin);
  const requests = result['2xx'];
  process.send!({
    bench: {
      perSecond: requests / result.duration,
      cpuUsPerRequest: (user + system) / requests,
      failed: result.non2xx + result.errors,
    },
  });
  process.disconnect!();
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
