import { text } from 'node:stream/consumers';
import { EXIT } from '../cli/errors';
import { guardMainThread } from '../worker/guardProcess';
import { planRun } from './planRun';
import { rehearseUntil } from './rehearseUntil';

/**
 * `arena plan-run`: one JSON request on standard input, one JSON reply on standard output. It may be started long before the request
 * comes, and ends without a word when none does.
 */
export async function planRunMain(): Promise<void> {
  // The backend ends a process that takes too long; when the backend is gone, a bundle that loops would be planned for ever.
  guardMainThread();
  // Whatever a library prints must not get between the caller and the reply.
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);

  const request = await rehearseUntil(text(process.stdin));
  if (request === '') {
    process.exitCode = EXIT.failed;
    return;
  }
  const reply = await planRun(request);
  await new Promise<void>((resolve, reject) => {
    write(`${JSON.stringify(reply)}\n`, error =>
      error ? reject(error) : resolve(),
    );
  });
}
