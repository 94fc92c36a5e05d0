import { LoggerService } from '@backstage/backend-plugin-api';
import { Response } from 'express';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { runOf } from './authenticateRun';

const CONTENT_HEADERS = [
  'Content-Type',
  'Content-Length',
  'Content-Range',
  'ETag',
];

/** Sends a stream. A fault after the first byte can only be shown by breaking the connection. */
export async function sendStream(
  content: Readable,
  response: Response,
  logger: LoggerService,
): Promise<void> {
  // `pipeline` ends the response with its source: what fails before the first byte can still be answered.
  try {
    if (!content.readableEnded) await once(content, 'readable');
  } catch (error) {
    // They speak of what is not sent.
    for (const name of CONTENT_HEADERS) response.removeHeader(name);
    throw error;
  }
  try {
    await pipeline(content, response);
  } catch (error) {
    const { runId } = runOf(response);
    logger.debug(`A transfer to a worker broke off: ${error}`, { runId });
    response.destroy();
  }
}
