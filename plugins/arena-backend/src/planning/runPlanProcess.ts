import { spawn } from 'node:child_process';
import { heapFlags } from '../launcher/heapFlags';
import { inheritedEnvironment } from '../launcher/workerEnvironment';
import { parsePlanReply, PlanReply } from './PlanReply';

const MAX_REPLY_BYTES = 64 * 1024 * 1024;
const MAX_ERROR_BYTES = 4_000;

/** Options of {@link runPlanProcess}. */
export interface PlanProcessOptions {
  /** Script that is started as `node <bin> plan-run`. */
  bin: string;
  timeoutMs: number;
  memoryMiB: number;
  environment: NodeJS.ProcessEnv;
  /** Aborts when the backend stops: the process is ended, and planning rejects. */
  signal?: AbortSignal;
}

/**
 * Plans in a process of its own: a bundle is foreign input, and one that needs endless time or memory to be read must not take
 * the portal with it. What goes wrong is an answer; it rejects only when it is aborted.
 */
export function runPlanProcess(
  request: object,
  options: PlanProcessOptions,
): Promise<PlanReply> {
  const { signal: abort } = options;
  return new Promise((resolve, reject) => {
    if (abort?.aborted) {
      reject(abort.reason);
      return;
    }
    const child = spawn(
      process.execPath,
      [...heapFlags(options.memoryMiB), options.bin, 'plan-run'],
      {
        env: inheritedEnvironment(options.environment),
        stdio: ['pipe', 'pipe', 'pipe'],
        windowsHide: true,
      },
    );
    const output: Buffer[] = [];
    let size = 0;
    let errors = '';
    let verdict: string | undefined;

    const giveUp = (reason: string) => {
      verdict ??= reason;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(
      () =>
        giveUp(
          `took longer than ${options.timeoutMs} ms (arena.planning.timeout)`,
        ),
      options.timeoutMs,
    );
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_REPLY_BYTES) giveUp('gave an answer that is too large');
      else output.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString('utf8')).slice(-MAX_ERROR_BYTES);
    });
    // The process may end before it has read its request; its exit tells why.
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify(request));

    const aborted = () => giveUp('was aborted');
    abort?.addEventListener('abort', aborted);
    const ended = () => {
      clearTimeout(timer);
      abort?.removeEventListener('abort', aborted);
    };

    const failed = (what: string) => {
      ended();
      if (abort?.aborted) {
        reject(abort.reason);
        return;
      }
      const tail = errors.trim().split('\n').slice(-3).join(' | ');
      resolve({
        ok: false,
        reason: 'PlanningFailed',
        message: `The process that plans the run ${what}${
          tail ? `: ${tail}` : ''
        }`,
        problems: [],
        transient: true,
      });
    };
    child.once('error', error =>
      failed(`could not be started: ${error.message}`),
    );
    child.once('close', (code, signal) => {
      ended();
      if (verdict) {
        failed(verdict);
        return;
      }
      const text = Buffer.concat(output).toString('utf8');
      if (!text.trim()) {
        failed(signal ? `was ended by ${signal}` : `exited with code ${code}`);
        return;
      }
      try {
        resolve(parsePlanReply(text));
      } catch (error) {
        failed(
          `gave no valid answer: ${
            error instanceof Error ? error.message : error
          }`,
        );
      }
    });
  });
}
