import { createInterface } from 'node:readline';
import { startPostgres } from '../postgres/startPostgres';
import { serveUntilAsked } from './serve';

/**
 * `postgres [port]`: a PostgreSQL server. Prints its address as one JSON line. The lines `crash` and `start` on standard input do what they
 * say, each answered with a line of the same word.
 */
export async function postgresCommand([port]: string[]): Promise<void> {
  const server = await startPostgres({ port: port ? Number(port) : undefined });
  process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
  if (!process.stdin.isTTY) {
    const orders: Record<string, () => Promise<void>> = {
      crash: () => server.crash(),
      start: () => server.start(),
    };
    createInterface({ input: process.stdin }).on('line', line => {
      const order = orders[line];
      if (!order) {
        process.stderr.write(
          `Unknown order '${line}': allowed are crash, start\n`,
        );
        return;
      }
      order().then(
        () => process.stdout.write(`${line}\n`),
        error => {
          process.stderr.write(`${error}\n`);
          process.exit(1);
        },
      );
    });
  }
  serveUntilAsked(() => server.stop());
}
