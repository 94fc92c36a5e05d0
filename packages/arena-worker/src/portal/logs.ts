import {
  ArenaEvent,
  ArenaObject,
  RunItem,
} from '@backstage-arena/plugin-arena-common';
import { CliError } from '../cli/errors';
import { LogsFlags } from '../commands/logs';
import { jobAddress, shortName } from './addresses';
import { followObject } from './followObject';
import { interruptSignal } from './interruptSignal';
import { openPortal, Portal } from './openPortal';
import { RunItemFeed } from './RunItemFeed';
import { isFinished, phaseOf } from './wanted';

/** `arena logs` */
export async function logsCommand(
  job: string,
  flags: LogsFlags,
): Promise<void> {
  const portal = await openPortal(flags);
  const address = jobAddress(job, portal);
  const log = new JobLog(portal, flags.output === 'json');

  const object = await portal.api.get(address);
  log.past(await portal.api.events(address));
  if (!flags.follow) {
    await log.items(object);
    log.flush();
    return;
  }

  const stop = new AbortController();
  let deleted = false;
  let failure: unknown;
  const interrupted = interruptSignal();
  await followObject(portal, address, {
    signal: AbortSignal.any([interrupted, stop.signal]),
    onState: state => {
      if (!state) {
        deleted = true;
        stop.abort();
        return;
      }
      const finished = isFinished(state);
      log
        .items(state)
        .then(() => {
          if (finished) stop.abort();
        })
        .catch(error => {
          failure = error;
          stop.abort();
        });
    },
    onMessage: message => {
      if (message.type !== 'event') return;
      log.flush(message.event.lastTimestamp);
      log.event(message.event);
    },
  });
  if (interrupted.aborted) return;
  if (failure) throw failure;
  if (deleted) throw new CliError(`${shortName(address)} was deleted`);
  // The last events may have been recorded after the last state.
  log.past(await portal.api.events(address));
  log.flush();
  log.end(await portal.api.get(address));
}

/** Prints each event and each result once. */
class JobLog {
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
