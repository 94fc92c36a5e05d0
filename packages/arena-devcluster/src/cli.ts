import { startPostgres } from './postgres/startPostgres';

/**
 * `yarn workspace @backstage-arena/arena-devcluster postgres [port]`: a PostgreSQL server until Ctrl-C. Prints its address as one JSON line.
 */
async function main([what, port]: string[]) {
  if (what !== 'postgres') {
    throw new Error(`Unknown server '${what}': allowed is 'postgres'`);
  }
  const server = await startPostgres({ port: port ? Number(port) : undefined });
  process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
  const stop = () => {
    server.stop().then(
      () => process.exit(0),
      error => {
        process.stderr.write(`${error}\n`);
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // A parent that dies closes our standard input; the server must not outlive it.
  if (!process.stdin.isTTY) {
    process.stdin.resume();
    process.stdin.once('end', stop);
  }
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
});
