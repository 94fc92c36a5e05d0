import { secretForms } from '@backstage-arena/plugin-arena-common';
import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { MIN_SECRET_LENGTH } from '../transcripts/minSecretLength';

const MAX_LINE = 4_000;
/** What is kept of a line until it ends. More than is shown, because it shrinks when secrets are replaced. */
const MAX_BUFFER = 64_000;

/**
 * Hands on what a process writes, line by line, without the secrets that it was given.
 *
 * @returns the last lines, for the reason when the process dies.
 */
export function forwardLines(
  stream: Readable,
  options: { secrets: string[]; onLine: (line: string) => void },
): { tail: () => string } {
  const secrets = secretForms(
    options.secrets.filter(secret => secret.length >= MIN_SECRET_LENGTH),
  );
  const longest = secrets[0]?.length ?? 0;
  const decoder = new StringDecoder('utf8');
  const last: string[] = [];
  let buffer = '';
  let overflow = false;

  const add = (text: string) => {
    const room = MAX_BUFFER - buffer.length;
    if (text.length > room) overflow = true;
    buffer += text.slice(0, room);
  };
  const endLine = () => {
    let line = buffer;
    for (const secret of secrets) line = line.split(secret).join('***');
    // The first part of a secret may stand where the buffer was full.
    if (overflow) line = line.slice(0, Math.max(0, line.length - longest));
    if (overflow || line.length > MAX_LINE)
      line = `${line.slice(0, MAX_LINE)}…`;
    buffer = '';
    overflow = false;
    if (line.trim() === '') return;
    last.push(line);
    if (last.length > 5) last.shift();
    options.onLine(line);
  };
  stream.on('data', chunk => {
    const parts = decoder.write(chunk).split(/[\r\n]/);
    parts.forEach((part, index) => {
      if (index > 0) endLine();
      add(part);
    });
  });
  stream.on('end', endLine);
  // A broken pipe is told by the exit of the process.
  stream.on('error', () => {});
  return { tail: () => last.join(' | ') };
}
