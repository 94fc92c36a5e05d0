import {
  ArenaEvent,
  ArenaObject,
  RunItem,
} from '@backstage-arena/plugin-arena-common';
import { Portal } from './openPortal';
import { RunItemFeed } from './RunItemFeed';
import { isFinished, phaseOf } from './wanted';

/** Prints each event and each result once. */
export class JobLog {
  readonly #portal: Portal;
  readonly #json: boolean;
  readonly #events = new Map<string, number>();
  readonly #feeds = new Map<string, RunItemFeed>();
  /** Events of the past, oldest first, that wait for the results before them. */
  #past: ArenaEvent[] = [];

  constructor(portal: Portal, json: boolean) {
    this.#portal = portal;
    this.#json = json;
  }

  past(events: readonly ArenaEvent[]): void {
    this.#past = [...events].sort((a, b) =>
      a.lastTimestamp < b.lastTimestamp ? -1 : 1,
    );
  }

  /** Prints the events that happened before a time, or all. */
  flush(before?: string): void {
    const end = before === undefined ? Infinity : Date.parse(before);
    // Times of events are cut to seconds.
    while (
      this.#past.length > 0 &&
      Date.parse(this.#past[0].lastTimestamp) + 999 <= end
    ) {
      this.event(this.#past.shift()!);
    }
  }

  event(event: ArenaEvent): void {
    // An event that happens again is the same event with a higher count.
    if ((this.#events.get(event.id) ?? 0) >= event.count) return;
    this.#events.set(event.id, event.count);
    const { lastTimestamp, type, reason, message } = event;
    this.#write({ kind: 'event', event }, [
      lastTimestamp,
      type === 'Warning' ? 'WARNING' : 'event',
      `${reason}: ${message}`,
    ]);
  }

  async items(job: ArenaObject): Promise<void> {
    const { run } = (job.status ?? {}) as { run?: { id?: unknown } };
    if (typeof run?.id !== 'string') return;
    let feed = this.#feeds.get(run.id);
    if (!feed) {
      feed = new RunItemFeed({
        portal: this.#portal,
        runId: run.id,
        onItem: item => this.#item(item),
      });
      this.#feeds.set(run.id, feed);
    }
    if (!isFinished(job)) {
      await feed.poll();
      return;
    }
    const { counters } = await this.#portal.api.run(run.id);
    await feed.complete(counters.passed + counters.failed + counters.errored);
  }

  end(job: ArenaObject): void {
    const { result } = (job.status ?? {}) as { result?: object };
    this.#write({ kind: 'end', phase: phaseOf(job), result }, [
      new Date().toISOString(),
      'end',
      `${job.metadata.name} is ${phaseOf(job)}`,
    ]);
  }

  #item(item: RunItem): void {
    this.flush(item.finishedAt);
    const axes = [
      item.region === 'default' ? undefined : item.region,
      item.variant > 0 ? `variant ${item.variant}` : undefined,
      item.trial > 0 ? `trial ${item.trial}` : undefined,
    ].filter(Boolean);
    const reason = item.message ?? item.error?.message;
    this.#write({ kind: 'item', item }, [
      item.finishedAt,
      item.status,
      `${item.scenario} / ${item.provider}${
        axes.length > 0 ? ` (${axes.join(', ')})` : ''
      } ${Math.round(item.durationMs)} ms${
        reason ? `: ${reason.split('\n')[0]}` : ''
      }`,
    ]);
  }

  #write(value: object, [time, label, text]: [string, string, string]): void {
    process.stdout.write(
      this.#json
        ? `${JSON.stringify(value)}\n`
        : `${time}  ${label.padEnd(8)} ${text}\n`,
    );
  }
}
