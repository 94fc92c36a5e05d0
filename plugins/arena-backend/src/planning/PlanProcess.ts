import { ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { heapFlags } from '../launcher/heapFlags';
import { SpareProcess } from '../launcher/SpareProcesses';
import { inheritedEnvironment } from '../launcher/workerEnvironment';
import { parsePlanReply, PlanFailure, PlanReply } from './PlanReply';

const MAX_REPLY_BYTES = 64 * 1024 * 1024;
const MAX_ERROR_BYTES = 4_000;
const NEWLINE = 10;
/** Time for its own end once it has answered; it keeps what it has compiled for the next one then. */
const LEAVE_MS = 5_000;

/** Options of a {@link PlanProcess}. */
export interface PlanProcessOptions {
  /** Script that is started as `node <bin> plan-run`. */
  bin: string;
  memoryMiB: number;
  environment: NodeJS.ProcessEnv;
}

/** Bounds of one request. */
export interface PlanRequestOptions {
  /** From the request on, however long the process has been there. */
  timeoutMs: number;
  /** Aborts when nobody wants the answer any more. */
  signal?: AbortSignal;
}

/**
 * A process that plans one run: a bundle is foreign input, and one that needs endless time or memory to be read must not take the portal
 * with it. It loads its program when it is started and waits for its request; its standard input closes with this process, however that
 * ends, and then it ends as well.
 */
export class PlanProcess implements SpareProcess {
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  private readonly child: ChildProcessWithoutNullStreams;
  /** When there is a whole line, or will never be one. */
  private readonly answered: Promise<void>;
  private readonly output: Buffer[] = [];
  private size = 0;
  private errors = '';
  private end?: string;
  private verdict?: string;

  constructor(options: PlanProcessOptions) {
    const child = spawn(
      process.execPath,
      [...heapFlags(options.memoryMiB), options.bin, 'plan-run'],
      {
        env: inheritedEnvironment(options.environment),
        stdio: ['pipe', 'pipe', 'pipe'],
        windowsHide: true,
      },
    );
    this.child = child;
    this.ended = new Promise(resolve => {
      const finish = (what: string) => {
        this.end ??= what;
        resolve();
      };
      child.once('error', error =>
        finish(`could not be started: ${error.message}`),
      );
      child.once('close', (code, signal) =>
        finish(signal ? `was ended by ${signal}` : `exited with code ${code}`),
      );
    });
    this.answered = new Promise(resolve => {
      this.ended.then(resolve);
      child.stdout.on('data', (chunk: Buffer) => {
        this.size += chunk.length;
        if (this.size > MAX_REPLY_BYTES) {
          this.giveUp('gave an answer that is too large');
          return;
        }
        this.output.push(chunk);
        if (chunk.includes(NEWLINE)) resolve();
      });
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.errors = (this.errors + chunk.toString('utf8')).slice(
        -MAX_ERROR_BYTES,
      );
    });
    // The process may end before it has read its request; its exit tells why.
    child.stdin.on('error', () => {});
  }

  get alive(): boolean {
    const { exitCode, signalCode } = this.child;
    return this.end === undefined && exitCode === null && signalCode === null;
  }

  /** True when it has ended by itself and without a word. */
  get died(): boolean {
    return this.end !== undefined && !this.verdict && this.size === 0;
  }

  /** Plans a run. Once. What goes wrong is an answer; it rejects only when it is aborted. */
  async plan(request: object, bounds: PlanRequestOptions): Promise<PlanReply> {
    return this.ask(request, parsePlanReply, bounds);
  }

  /** As `plan`, for a request with another answer. */
  async ask<T>(
    request: object,
    parse: (text: string) => T,
    { timeoutMs, signal }: PlanRequestOptions,
  ): Promise<T | PlanFailure> {
    const abort = () => this.giveUp('was aborted');
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    const timer = setTimeout(
      () =>
        this.giveUp(
          `took longer than ${timeoutMs} ms (arena.planning.timeout)`,
        ),
      timeoutMs,
    );
    this.child.stdin.end(JSON.stringify(request));
    await this.answered;
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    this.terminate(LEAVE_MS);
    signal?.throwIfAborted();
    return this.verdict === undefined
      ? this.read(parse)
      : this.failure(this.verdict);
  }

  /** Ends it at once, or when it has not ended by itself after the given time. */
  async terminate(graceMs: number): Promise<void> {
    if (this.end !== undefined) return;
    // One that was asked nothing yet goes by itself then, and leaves nothing behind.
    this.child.stdin.end();
    const timer = setTimeout(() => this.giveUp('was stopped'), graceMs);
    await this.ended;
    clearTimeout(timer);
  }

  private giveUp(reason: string): void {
    this.verdict ??= reason;
    this.child.kill('SIGKILL');
  }

  private read<T>(parse: (text: string) => T): T | PlanFailure {
    const text = Buffer.concat(this.output).toString('utf8');
    if (!text.trim()) return this.failure(this.end ?? 'gave an empty answer');
    try {
      return parse(text);
    } catch (error) {
      return this.failure(
        `gave no valid answer: ${
          error instanceof Error ? error.message : error
        }`,
      );
    }
  }

  private failure(what: string): PlanFailure {
    const tail = this.errors.trim().split('\n').slice(-3).join(' | ');
    return {
      ok: false,
      reason: 'PlanningFailed',
      message: `The process that plans the run ${what}${
        tail ? `: ${tail}` : ''
      }`,
      problems: [],
      transient: true,
    };
  }
}
