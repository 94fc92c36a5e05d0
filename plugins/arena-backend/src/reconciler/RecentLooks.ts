import { ObjectKey, ObjectMeta } from '@backstage-arena/plugin-arena-common';
import { Clock } from '../time/Clock';
import { formatKey } from './objectKeys';

/** What is needed of an object to know it again. */
interface Looked {
  metadata: Pick<ObjectMeta, 'namespace' | 'name' | 'uid' | 'generation'>;
}

interface Look<T> {
  uid: string;
  generation: number;
  at: number;
  found: T;
}

/**
 * What was found out by asking a server, for as long as it is not to be asked again. Every status that is written has its object looked at
 * once more: without a memory, a server whose answers change would be asked without a pause.
 */
export class RecentLooks<T> {
  private readonly looks = new Map<string, Look<T>>();

  constructor(private readonly clock: Clock) {}

  /** @returns undefined when nobody was asked for this spec, or so long ago that it is time. */
  find(
    { metadata }: Looked,
    intervalMs: number,
  ): { found: T; dueInMs: number } | undefined {
    const look = this.looks.get(formatKey(metadata));
    const isSame =
      look?.uid === metadata.uid && look.generation === metadata.generation;
    if (!look || !isSame) return undefined;
    const age = this.clock.now().getTime() - look.at;
    // A clock that was set back must not keep a server from being asked.
    return age >= 0 && age < intervalMs
      ? { found: look.found, dueInMs: intervalMs - age }
      : undefined;
  }

  keep({ metadata }: Looked, found: T): void {
    const { uid, generation } = metadata;
    const at = this.clock.now().getTime();
    this.looks.set(formatKey(metadata), { uid, generation, at, found });
  }

  forget(key: ObjectKey): void {
    this.looks.delete(formatKey(key));
  }

  clear(): void {
    this.looks.clear();
  }
}
