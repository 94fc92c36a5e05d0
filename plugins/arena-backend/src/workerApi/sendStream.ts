import { LoggerService } from '@backstage/backend-plugin-api';
import { Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Sends a stream. A fault after the first byte can only be shown by breaking the connection. */
export async function sendStream(
  content: Readable,
  response: Response,
  logger: LoggerService,
): Promise<void> {
  try {
    await pipeline(content, response);
  } catch (error) {
    if (!response.headersSent) throw error;
    logger.debug(`A transfer to a worker broke off: ${error}`);
    response.destroy();
  }
}
