import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { WorkerSecond } from '@backstage-arena/plugin-arena-common/load';

const RESOLUTION_MS = 10;
const CONNECTED = 'undici:client:connected';

/** What the process itself does meanwhile: whether it had the time for what it measured. */
export class ProcessMeter {
  private readonly delays = monitorEventLoopDelay({
    resolution: RESOLUTION_MS,
  });
  private cpu = process.cpuUsage();
  private lastAt = performance.now();
  private opened = 0;

  start(): void {
    this.delays.enable();
    subscribe(CONNECTED, this.onConnected);
    this.take();
  }

  /** What was used since the last time this was asked. */
  take(): Pick<
    WorkerSecond,
    'elapsedMs' | 'eventLoopDelay' | 'cpuMs' | 'connectionsOpened' | 'rssBytes'
  > {
    const { delays } = this;
    const now = performance.now();
    const { user, system } = process.cpuUsage(this.cpu);
    const eventLoopDelay =
      delays.count > 0
        ? {
            p50: toDelay(delays.percentile(50)),
            p99: toDelay(delays.percentile(99)),
            max: toDelay(delays.max),
          }
        : { p50: 0, p99: 0, max: 0 };
    delays.reset();
    const taken = {
      elapsedMs: now - this.lastAt,
      eventLoopDelay,
      cpuMs: (user + system) / 1_000,
      connectionsOpened: this.opened,
      rssBytes: process.memoryUsage.rss(),
    };
    this.cpu = process.cpuUsage();
    this.lastAt = now;
    this.opened = 0;
    return taken;
  }

  stop(): void {
    this.delays.disable();
    unsubscribe(CONNECTED, this.onConnected);
  }

  private readonly onConnected = () => {
    this.opened += 1;
  };
}

/** Node measures the time from one look to the next, in nanoseconds; what is above the interval is delay. */
function toDelay(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
}
