import { LoggerService } from '@backstage/backend-plugin-api';
import { ArenaSource } from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { Clock } from '../../time/Clock';
import { requestSync } from '../requestSync';
import { matchesPush } from './matchesPush';
import { PushEvent } from './PushEvent';

/** Has sources fetched whose repository has changed. */
export class SourcePushes {
  readonly #options: {
    stores: readonly ResourceStore[];
    clock: Clock;
    logger: LoggerService;
  };

  constructor(options: {
    /** Of all clusters. */
    stores: readonly ResourceStore[];
    clock: Clock;
    logger: LoggerService;
  }) {
    this.#options = options;
  }

  /** Returns how many sources are fetched. The same event twice has them fetched once. */
  async handle(event: PushEvent): Promise<number> {
    const { stores, clock, logger } = this.#options;
    const request = `push ${event.id ?? clock.now().toISOString()}`;
    let count = 0;
    for (const store of stores) {
      try {
        for await (const { metadata } of matching(store, event)) {
          try {
            await requestSync(store, metadata, request);
            count += 1;
          } catch (error) {
            logger.warn(
              `Source ${metadata.namespace}/${metadata.name} of cluster ${store.cluster} was not asked to be fetched after a push: ${error}`,
            );
          }
        }
      } catch (error) {
        // The interval of the source will do, and other clusters are not to wait.
        logger.warn(
          `Sources of cluster ${store.cluster} were not asked to be fetched after a push: ${error}`,
        );
      }
    }
    return count;
  }
}

async function* matching(
  store: ResourceStore,
  event: PushEvent,
): AsyncGenerator<ArenaSource> {
  let token: string | undefined;
  do {
    const page = await store.list<ArenaSource>('ArenaSource', {
      limit: 500,
      continue: token,
    });
    for (const source of page.items) {
      if (!source.spec.suspend && matchesPush(source, event)) yield source;
    }
    token = page.metadata.continue;
  } while (token);
}
