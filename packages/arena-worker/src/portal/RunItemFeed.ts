import { RunItem } from '@backstage-arena/plugin-arena-common';
import { Portal } from './openPortal';

const PAGE = 500;

/** Reads the results of a run as they come in, each once. */
export class RunItemFeed {
  readonly #portal: Pick<Portal, 'api'>;
  readonly #runId: string;
  readonly #onItem: (item: RunItem) => void;
  readonly #seen = new Set<number>();
  /** Cursor of the last page that was not full when it was read. */
  #cursor: string | undefined;
  #reading: Promise<void> | undefined;
  #again = false;

  constructor(options: {
    portal: Pick<Portal, 'api'>;
    runId: string;
    onItem: (item: RunItem) => void;
  }) {
    this.#portal = options.portal;
    this.#runId = options.runId;
    this.#onItem = options.onItem;
  }

  /** Reads what is new. Calls that come meanwhile are one more reading. */
  async poll(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return this.#reading;
    }
    this.#reading = (async () => {
      do {
        this.#again = false;
        await this.#readNew();
      } while (this.#again);
    })().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /**
   * Reads everything once more when results are missing: two that were stored at one moment may have become visible in another
   * order than that of their times.
   */
  async complete(finished: number): Promise<void> {
    await this.poll();
    if (this.#seen.size >= finished) return;
    let cursor: string | undefined;
    do {
      const page = await this.#portal.api.items(this.#runId, {
        limit: PAGE,
        cursor,
      });
      page.items.forEach(item => this.#tell(item));
      cursor = page.nextCursor;
    } while (cursor);
  }

  async #readNew(): Promise<void> {
    for (;;) {
      const page = await this.#portal.api.items(this.#runId, {
        orderBy: 'finishedAt',
        order: 'asc',
        limit: PAGE,
        cursor: this.#cursor,
      });
      page.items.forEach(item => this.#tell(item));
      if (!page.nextCursor) return;
      this.#cursor = page.nextCursor;
    }
  }

  #tell(item: RunItem): void {
    if (this.#seen.has(item.index)) return;
    this.#seen.add(item.index);
    this.#onItem(item);
  }
}
