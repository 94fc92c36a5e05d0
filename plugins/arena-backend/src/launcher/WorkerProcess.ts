import { ChildProcess, spawn } from 'node:child_process';
import { forwardLines } from './forwardLines';

/** How a worker process ended. */
export interface WorkerExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** One sentence for users. */
  reason: string;
  livedMs: number;
}

/** Options of a {@link WorkerProcess}. */
export interface WorkerProcessOptions {
  command: string;
  args: string[];
  /** What it may see before it has anything to do. */
  env: Record<string, string>;
}

/** What a {@link WorkerProcess} is to do. */
export interface WorkerAssignment {
  /** Added to what it sees already. Goes over the channel, where no other process can read it. */
  environment: Record<string, string>;
  /** Values that must not appear in logs. */
  secrets: string[];
  onLine: (line: string, stream: 'stdout' | 'stderr') => void;
  onExit: (exit: WorkerExit) => void;
}

/**
 * One worker process, which loads its program and waits for what it is to do. Its standard input and an IPC channel stay open as long as this process lives: when they close, however
 * the backend died, the worker exits.
 */
export class WorkerProcess {
  readonly pid: number | undefined;
  private readonly child: ChildProcess;
  private readonly exited: Promise<void>;
  private killTimer?: NodeJS.Timeout;
  private end?: Omit<WorkerExit, 'reason'> & { failure?: Error };
  private assignment?: WorkerAssignment;
  private errors?: { tail: () => string };
  private asked = false;
  private killAt = Infinity;

  constructor(options: WorkerProcessOptions) {
    const startedAt = performance.now();
    this.child = spawn(options.command, options.args, {
      env: options.env,
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      windowsHide: true,
    });
    this.pid = this.child.pid;
    // Writing to a worker that just died is no fault of the backend.
    this.child.stdin?.on('error', () => {});
    this.child.channel?.unref();

    this.exited = new Promise(resolve => {
      const finish = (
        code: number | null,
        signal: NodeJS.Signals | null,
        failure?: Error,
      ) => {
        if (this.end) return;
        const livedMs = performance.now() - startedAt;
        this.end = { code, signal, failure, livedMs };
        clearTimeout(this.killTimer);
        this.tellEnd();
        resolve();
      };
      // `close` comes after the last line was read, `exit` before. When a grandchild holds the pipes open it never comes.
      this.child.once('close', (code, signal) => finish(code, signal));
      this.child.once('exit', (code, signal) => {
        setTimeout(() => finish(code, signal), 500).unref();
      });
      this.child.once('error', error => {
        if (this.pid === undefined) finish(null, null, error);
      });
    });
  }

  /** Gives it something to do. Once. */
  assign(assignment: WorkerAssignment): void {
    const { secrets, onLine, environment } = assignment;
    this.assignment = assignment;
    forwardLines(this.child.stdout!, {
      secrets,
      onLine: line => onLine(line, 'stdout'),
    });
    this.errors = forwardLines(this.child.stderr!, {
      secrets,
      onLine: line => onLine(line, 'stderr'),
    });
    if (this.end) {
      // Not at once: whoever assigns has not noted yet that it did.
      setImmediate(() => this.tellEnd());
      return;
    }
    // That the worker has just died is told by its exit.
    this.child.send({ environment }, () => {});
  }

  /** True until it has ended. */
  get alive(): boolean {
    return this.end === undefined;
  }

  /** True once it was asked to go. */
  get leaving(): boolean {
    return this.asked;
  }

  /** Asks the worker to drain, and ends it when it has not gone after the given time; of several times the first. */
  terminate(graceMs: number): Promise<void> {
    if (this.end) return this.exited;
    if (!this.asked) {
      this.asked = true;
      this.child.kill('SIGTERM');
    }
    const killAt = performance.now() + graceMs;
    if (killAt < this.killAt) {
      this.killAt = killAt;
      clearTimeout(this.killTimer);
      this.killTimer = setTimeout(() => {
        this.child.kill('SIGKILL');
      }, graceMs);
    }
    return this.exited;
  }

  private tellEnd(): void {
    if (!this.end || !this.assignment) return;
    const { failure, ...end } = this.end;
    const tail = this.errors?.tail() ?? '';
    const reason = describe(end.code, end.signal, failure, tail);
    this.assignment.onExit({ ...end, reason });
  }
}

function describe(
  code: number | null,
  signal: NodeJS.Signals | null,
  failure: Error | undefined,
  tail: string,
): string {
  let fact = `exited with code ${code}`;
  if (failure) fact = `could not be started: ${failure.message}`;
  else if (signal) fact = `was ended by ${signal}`;
  return tail ? `${fact}: ${tail}` : fact;
}
