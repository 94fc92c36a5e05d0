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
  for (const event of await portal.api.events(address)) log.event(event);
  if (!flags.follow) {
    await log.items(object);
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
      if (message.type === 'event') log.event(message.event);
    },
  });
  if (interrupted.aborted) return;
  if (failure) throw failure;
  if (deleted) throw new CliError(`${shortName(address)} was deleted`);
  // The last events may have been recorded after the last state.
  for (const event of await portal.api.events(address)) log.event(event);
  log.end(await portal.api.get(address));
}

/** Prints each event and each result once. */
class JobLog {
  readonly #portal: Portal;
  readonly #json: boolean;
  readonly #events = new Map<string, number>();
  readonly #feeds = new Map<string, RunItemFeed>();

  constructor(portal: Portal, json: boolean) {
    this.#portal = portal;
    this.#json = json;
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
