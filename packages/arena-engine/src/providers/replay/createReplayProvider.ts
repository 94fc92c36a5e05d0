import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { BundleContent, ProviderEntry } from '../../bundle/BundleContent';
import { readInside } from '../../util/confinedFile';
import { ChatProvider, ProviderError } from '../ChatProvider';
import { readRecording } from './Recording';
import { ReplayProvider } from './ReplayProvider';

const DEFAULT_SPEED = 2;
const MAX_RECORDING_BYTES = 64 * 1024 * 1024;

/** Builds a provider of type `replay`. What is wrong with its spec or its recording fails its calls, not the run. */
export async function createReplayProvider(
  { id, spec }: ProviderEntry,
  content: Pick<BundleContent, 'directory' | 'arenaFile'>,
  options: { mayLeaveBundle: boolean },
): Promise<ChatProvider> {
  const config = spec.additional_config ?? {};
  try {
    const replies = readRecording(
      await recordingText(config.recording, content, options),
    );
    if (replies.length === 0) {
      throw new Error(`${String(config.recording)} has no assistant messages`);
    }
    return new ReplayProvider({
      replies,
      match: choose('match', config.match, ['turn', 'content']),
      speed: speedOf(config),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const fault = new ProviderError(
      'bundle',
      `Provider "${id}": ${reason}`,
      false,
    );
    return {
      chat: () => Promise.reject(fault),
      close: () => Promise.resolve(),
    };
  }
}

/** The folder of the arena file comes first, then the bundle's, then the working directory, where the original looks. */
async function recordingText(
  given: unknown,
  { directory, arenaFile }: Pick<BundleContent, 'directory' | 'arenaFile'>,
  { mayLeaveBundle }: { mayLeaveBundle: boolean },
): Promise<string> {
  if (typeof given !== 'string' || given === '') {
    throw new Error('additional_config.recording is missing');
  }
  const arenaFolder = path.dirname(arenaFile);
  const own = path.isAbsolute(given)
    ? [given]
    : [path.join(arenaFolder, given), given];
  if (mayLeaveBundle) {
    const files = [...own.map(name => path.resolve(directory, name)), given];
    const file = files.find(existsSync);
    if (file === undefined) {
      throw new Error(`the recording ${given} does not exist`);
    }
    return readFile(file, 'utf8');
  }
  const name = own.find(each => existsSync(path.resolve(directory, each)));
  return readInside(directory, name ?? given, MAX_RECORDING_BYTES);
}

function speedOf(config: Record<string, unknown>): number | undefined {
  switch (
    choose('timing', config.timing, ['instant', 'realtime', 'accelerated'])
  ) {
    case 'realtime':
      return 1;
    case 'accelerated': {
      const speed = config.speed ?? DEFAULT_SPEED;
      if (typeof speed === 'number' && speed > 0) return speed;
      throw new Error(
        `additional_config.speed is ${JSON.stringify(
          speed,
        )}: allowed are numbers above 0`,
      );
    }
    default:
      return undefined;
  }
}

/** The first is what an absent value means. */
function choose<T extends string>(
  field: string,
  value: unknown,
  allowed: readonly T[],
): T {
  const known = allowed.find(name => name === (value ?? allowed[0]));
  if (known !== undefined) return known;
  throw new Error(
    `additional_config.${field} is ${JSON.stringify(
      value,
    )}: allowed are ${allowed.join(', ')}`,
  );
}
