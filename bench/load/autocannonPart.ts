// The reference: autocannon makes as many requests as it can, over so many connections.
import autocannon from 'autocannon';

const [url, connections, seconds] = process.argv.slice(2);

async function main(): Promise<void> {
  const begin = process.cpuUsage();
  const result = await autocannon({
    url: `${url}/chat/completions`,
    connections: Number(connections),
    duration: Number(seconds),
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer sk-benchmark',
    },
    body: JSON.stringify({
      model: 'model-p0',
      messages: [
        {
          role: 'system',
          content: 'You answer questions of default in one sentence.',
        },
        {
          role: 'user',
          content: 'Question s0000: what is the answer to everything?',
        },
      ],
    }),
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
