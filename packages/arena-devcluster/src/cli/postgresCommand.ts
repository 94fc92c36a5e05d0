import { startPostgres } from '../postgres/startPostgres';
import { serveUntilAsked } from './serve';

/** `postgres [port]`: a PostgreSQL server. Prints its address as one JSON line. */
export async function postgresCommand([port]: string[]): Promise<void> {
  const server = await startPostgres({ port: port ? Number(port) : undefined });
  process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
  serveUntilAsked(() => server.stop());
}
