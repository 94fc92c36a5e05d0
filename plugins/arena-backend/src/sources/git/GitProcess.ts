import { SourceFetchError } from '@backstage-arena/plugin-arena-node';
import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { Readable, Writable } from 'node:stream';
import { describeGitFailure, GitLimits } from './describeGitFailure';

/** Options of a {@link GitProcess}. */
export interface GitProcessOptions extends GitLimits {
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  /** The server, for messages. */
  where: string;
}

const MAX_STDERR = 16_000;
/** A shell counts the limit of files in these. */
const BLOCK_BYTES = 512;
/** Listing refs of a large repository. */
const MAX_OUTPUT = 64 * 1024 * 1024;

/** One run of git. It ends with its children when the signal aborts. */
export class GitProcess {
  readonly #child: ChildProcess;
  readonly #options: GitProcessOptions;
  #stderr = '';
  readonly #ended: Promise<void>;

  constructor(options: GitProcessOptions) {
    const { args, cwd, env, signal, maxFileBytes, maxMemoryBytes } = options;
    const blocks = Math.ceil(maxFileBytes / BLOCK_BYTES);
    const kibibytes = Math.ceil(maxMemoryBytes / 1024);
    // Without the signal git says itself what it could not write.
    const limits = `trap '' XFSZ; ulimit -f ${blocks}; ulimit -v ${kibibytes} 2>/dev/null`;
    signal.throwIfAborted();
    this.#options = options;
    const child = spawn(
      '/bin/sh',
      ['-c', `${limits}; exec git "$@"`, 'git', ...args],
      // A group of its own: git has others do the work, which must end with it.
      { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true },
    );
    this.#child = child;
    child.stdin!.on('error', () => undefined);
    child.stderr!.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-MAX_STDERR);
    });
    const kill = () => this.kill();
    signal.addEventListener('abort', kill, { once: true });
    this.#ended = once(child, 'close').then(
      ([code]) => {
        signal.removeEventListener('abort', kill);
        signal.throwIfAborted();
        if (code === 0) return;
        if (code === 127) throw gitMissing();
        throw describeGitFailure(this.#stderr, options.where, options);
      },
      error => {
        signal.removeEventListener('abort', kill);
        throw error;
      },
    );
    // Whoever waits is told.
    this.#ended.catch(() => undefined);
  }

  get stdin(): Writable {
    return this.#child.stdin!;
  }

  get stdout(): Readable {
    return this.#child.stdout!;
  }

  /** Rejects with why it failed. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }

  /** All that it prints. */
  async output(): Promise<string> {
    this.stdin.end();
    let size = 0;
    this.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT) this.kill();
    });
    const [printed] = await Promise.all([
      text(this.stdout),
      this.#ended.catch(error => {
        throw size > MAX_OUTPUT
          ? new SourceFetchError(
              'TooLarge',
              `${
                this.#options.where
              }: the repository has too many refs or files`,
            )
          : error;
      }),
    ]);
    return printed;
  }
}

export function gitMissing(found = 'it is not installed'): SourceFetchError {
  return new SourceFetchError(
    'ToolMissing',
    `Sources of type git need git 2.37 or later where the backend runs, and ${found}. On Debian: apt-get install git openssh-client`,
  );
}
