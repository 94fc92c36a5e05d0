import { GoneError } from '@backstage-arena/plugin-arena-node';
import { InputError } from '@backstage/errors';
import { createHash } from 'node:crypto';
import { compareVersions, isVersion } from '../client/versions';

/** How far a reader has come in each stream: stream -> version. A stream that it knows nothing of is absent. */
export type StreamPosition = ReadonlyMap<string, string>;

/** Positions belong to a set of streams: another set cannot go on from them. */
function nameOf(streams: readonly string[]): string {
  const text = streams.join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/**
 * One text for a position, which travels as a resourceVersion. For a single stream it is that of the API server; for several the smallest
 * version and the distances from it, so that it stays short with hundreds of them.
 */
export function writePosition(
  streams: readonly string[],
  position: StreamPosition,
): string {
  if (streams.length === 1) {
    return position.get(streams[0]) ?? '0';
  }
  const versions = streams.map(stream => position.get(stream));
  const [least = '0'] = versions
    .filter(version => version !== undefined)
    .sort(compareVersions);
  const distances = versions.map(version =>
    version === undefined
      ? '-'
      : (BigInt(version) - BigInt(least)).toString(36),
  );
  return [nameOf(streams), least, ...distances].join('.');
}

/**
 * @param streams - those that the position may be about
 * @throws InputError for what is no position; GoneError for one of other streams
 */
export function readPosition(
  text: string,
  streams: readonly string[],
): StreamPosition {
  if (isVersion(text)) {
    return new Map(streams.map(stream => [stream, text]));
  }
  const [name, least, ...distances] = text.split('.');
  const sound =
    /^[0-9a-f]{8}$/.test(name) &&
    isVersion(least ?? '') &&
    distances.length > 0 &&
    distances.every(distance => /^(?:-|[0-9a-z]{1,10})$/.test(distance));
  if (!sound) {
    throw new InputError(
      `resourceVersion: Invalid value: "${text}": must be a version that this server gave out`,
    );
  }
  if (name !== nameOf(streams) || distances.length !== streams.length) {
    throw new GoneError(
      'The resourceVersion is of other namespaces than those that are served now; list again',
    );
  }
  return new Map(
    distances.flatMap((distance, i) =>
      distance === '-'
        ? []
        : [
            [
              streams[i],
              String(BigInt(least) + BigInt(Number.parseInt(distance, 36))),
            ] as const,
          ],
    ),
  );
}
