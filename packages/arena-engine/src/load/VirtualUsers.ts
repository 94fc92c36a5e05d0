import {
  Arrival,
  LoadProfile,
  LoadSlice,
  MeasuredStage,
} from '@backstage-arena/plugin-arena-common/load';

/** How often the number of users follows a ramp. */
const RAMP_INTERVAL_MS = 50;
/** Starts before other work gets its turn: conversations that never wait would otherwise be all that is done. */
const MAX_BURST = 16;

export interface VirtualUsersOptions {
  profile: Pick<LoadProfile, 'vusPerWorker'>;
  /** On the clock of `performance.now`. */
  originMs: number;
  share: Pick<LoadSlice, 'share' | 'shares'>;
  /** Starts a conversation; `ended` follows. */
  start: (arrival: Arrival & { stage: number }) => void;
  /** The last stage is over. */
  onEnd: () => void;
}

/** The closed loop: as many conversations at a time as the stages say, each followed by the next. */
export class VirtualUsers {
  stages: readonly MeasuredStage[] = [];
  private timer?: NodeJS.Timeout;
  private turn?: NodeJS.Immediate;
  private started = 0;
  private active = 0;
  private isRunning = false;

  constructor(private readonly options: VirtualUsersOptions) {}

  run(): void {
    this.isRunning = true;
    this.timer = setInterval(() => this.fill(), RAMP_INTERVAL_MS);
    this.fill();
  }

  /** One conversation is over. */
  ended(): void {
    this.active -= 1;
    this.fillSoon();
  }

  stop(): void {
    this.isRunning = false;
    clearInterval(this.timer);
    clearImmediate(this.turn);
    this.turn = undefined;
  }

  /** After timers and what has arrived: a provider that answers or fails at once must not keep everything else from running. */
  private fillSoon(): void {
    if (!this.isRunning || this.turn) return;
    this.turn = setImmediate(() => {
      this.turn = undefined;
      this.fill();
    });
  }

  private fill(): void {
    const { originMs, profile, share, start, onEnd } = this.options;
    const now = performance.now() - originMs;
    if (now < 0) return;
    const stage = this.stages.find(({ endMs }) => now < endMs);
    if (!stage) {
      this.stop();
      onEnd();
      return;
    }
    const part = (now - stage.startMs) / stage.durationMs;
    const level = stage.from + (stage.to - stage.from) * part;
    const wanted = Math.ceil(level * profile.vusPerWorker - 1e-9);
    const most = Math.min(wanted, this.active + MAX_BURST);
    while (this.active < most && this.isRunning) {
      const number = share.share + this.started * share.shares;
      this.started += 1;
      this.active += 1;
      start({
        number,
        dueMs: performance.now() - originMs,
        stage: stage.index,
      });
    }
    if (this.active < wanted) this.fillSoon();
  }
}
