import { z } from 'zod/v4';
import { CliError, EXIT } from '../cli/errors';

const messageSchema = z.object({
  environment: z.record(z.string(), z.string()),
});

/**
 * Waits until the process that started this one says what there is to do. Ends with it.
 *
 * @throws CliError when there is no channel to it
 */
export async function environmentFromParent(): Promise<Record<string, string>> {
  if (!process.channel) {
    throw new CliError(
      '--wait: this process was not started with a channel to its parent',
    );
  }
  const leave = () => process.exit(EXIT.failed);
  process.once('disconnect', leave);
  const message = await new Promise(resolve => {
    process.once('message', resolve);
  });
  process.off('disconnect', leave);
  return messageSchema.parse(message).environment;
}
