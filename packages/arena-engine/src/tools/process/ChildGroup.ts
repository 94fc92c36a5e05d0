import { ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { childEnvironment } from './childEnvironment';

export interface ChildCommand {
  command: string;
  args: readonly string[];
  /** Added to the few variables that every child gets. */
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Takes secrets out of what is shown. */
  redact: (text: string) => string;
}

/** How a process ended. */
export interface ChildEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Why there was no process at all. */
  fault?: Error;
}

/** Most characters of its complaints that are kept, and shown: more are kept, since half of a secret is not found. */
const KEPT_STDERR = 64_000;
const SHOWN_STDERR = 2_000;
const PATIENCE_MS = 2_000;
const isWindows = process.platform === 'win32';

const alive = new Set<ChildGroup>();

function killAll(): void {
  alive.forEach(group => group.kill());
}

/**
 * A process in a group of its own, so that what it starts ends with it. Groups that are left when this process exits are killed.
 */
export class ChildGroup {
  /** Settles when the process is gone and its output is read. */
  readonly ended: Promise<ChildEnd>;
  private readonly child: ChildProcessWithoutNullStreams;
  private stderr = '';
  private isOver = false;

  constructor(private readonly options: ChildCommand) {
    const { command, args, env, cwd } = options;
    this.child = spawn(command, args, {
      cwd,
      env: childEnvironment(env),
      // On Windows this would only open a window.
      detached: !isWindows,
      windowsHide: true,
    });
    if (alive.size === 0) process.on('exit', killAll);
    alive.add(this);
    // A process need not read what it is told.
    this.child.stdin.on('error', () => {});
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-KEPT_STDERR);
    });
    this.ended = this.watch();
  }

  get stdin() {
    return this.child.stdin;
  }

  get stdout() {
    return this.child.stdout;
  }

  redact(text: string): string {
    return this.options.redact(text);
  }

  /** The end of what it wrote to its standard error, for messages. */
  get complaint(): string {
    const text = this.redact(this.stderr).slice(-SHOWN_STDERR).trim();
    return text === '' ? '' : `: ${text}`;
  }

  /** Kills the process and everything that it started. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    const { pid } = this.child;
    if (pid === undefined || this.isOver) return;
    try {
      if (isWindows) this.child.kill(signal);
      else process.kill(-pid, signal);
    } catch (error) {
      // Gone already; macOS says EPERM of processes that nobody has waited for.
      const code: unknown = Reflect.get(Object(error), 'code');
      if (code !== 'ESRCH' && code !== 'EPERM') throw error;
    }
  }

  /** Lets the process leave: the end of its input first, then a polite signal, then the end. */
  async stop(): Promise<void> {
    this.child.stdin.end();
    if (await this.endsWithin(PATIENCE_MS)) return;
    this.kill('SIGTERM');
    if (await this.endsWithin(PATIENCE_MS)) return;
    this.kill();
    await this.ended;
  }

  private async endsWithin(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>(resolve => {
      timer = setTimeout(() => resolve(false), ms);
    });
    try {
      return await Promise.race([this.ended.then(() => true), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private watch(): Promise<ChildEnd> {
    const { child } = this;
    return new Promise(resolve => {
      const finish = (end: ChildEnd) => {
        this.isOver = true;
        alive.delete(this);
        if (alive.size === 0) process.off('exit', killAll);
        resolve(end);
      };
      child.once('error', fault => {
        if (child.pid === undefined) {
          finish({ code: null, signal: null, fault });
        }
      });
      child.once('exit', () => {
        // What it leaves behind would hold the output open, and stay.
        this.kill();
        this.closeOutputLate();
      });
      child.once('close', (code, signal) => finish({ code, signal }));
    });
  }

  /** A process that left the group can still hold the output open. */
  private closeOutputLate(): void {
    const timer = setTimeout(() => {
      this.child.stdout.destroy();
      this.child.stderr.destroy();
    }, PATIENCE_MS);
    this.child.once('close', () => clearTimeout(timer));
  }
}

/** How a process ended, in words. */
export function describeEnd({ code, signal, fault }: ChildEnd): string {
  if (fault) return `it cannot be started (${fault.message})`;
  return signal === null
    ? `it ended with exit code ${code}`
    : `it was ended by ${signal}`;
}
