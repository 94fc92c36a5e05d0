// The reference: a bare undici Pool that makes the requests of the bundle and reads the answers, and nothing else.
import { Pool } from 'undici';

const [url, count, inFlight] = process.argv.slice(2);

const bodyOf = (n: number) =>
  JSON.stringify({
    model: `model-p${n % 20}`,
    messages: [
      {
        role: 'system',
        content: 'You answer questions of default in one sentence.',
      },
      {
        role: 'user',
        content: `Question s${String(n % 1_000).padStart(
          4,
          '0',
        )}: what is the answer to everything?`,
      },
    ],
  });

async function main(): Promise<void> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: Number(inFlight) });
  let next = 0;
  let bytes = 0;
  const work = async () => {
    while (next < Number(count)) {
      const n = next;
      next += 1;
      const { body } = await pool.request({
        path: `${pathname}/chat/completions`,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: 'Bearer sk-benchmark',
        },
        body: bodyOf(n),
      });
      bytes += (await body.text()).length;
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: Number(inFlight) }, work));
  const seconds = (performance.now() - begin) / 1_000;
  await pool.close();
  process.send!({ bench: { perSecond: Number(count) / seconds, bytes } });
  process.disconnect!();
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
