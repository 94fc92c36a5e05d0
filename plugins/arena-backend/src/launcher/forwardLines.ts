import { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { MIN_SECRET_LENGTH } from '../transcripts/minSecretLength';

const MAX_LINE = 4_000;

/**
 * Hands on what a process writes, line by line, without the secrets that it was given.
 *
 * @returns the last lines, for the reason when the process dies.
 */
export function forwardLines(
  stream: Readable,
  options: { secrets: string[]; onLine: (line: string) => void },
): { tail: () => string } {
  const secrets = options.secrets.filter(
    secret => secret.length >= MIN_SECRET_LENGTH,
  );
  const last: string[] = [];
  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  lines.on('line', raw => {
    let line = raw.length > MAX_LINE ? `${raw.slice(0, MAX_LINE)}…` : raw;
    for (const secret of secrets) line = line.split(secret).join('***');
    if (line.trim() === '') return;
    last.push(line);
    if (last.length > 5) last.shift();
    options.onLine(line);
  });
  // A broken pipe is told by the exit of the process.
  lines.on('error', () => {});
  return { tail: () => last.join(' | ') };
}
