import { spawn } from 'node:child_process';
import { say } from './log.mjs';

const HEARTBEAT_MS = 20_000;

/**
 * Runs a command to its end and shows what it prints.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, quiet?: boolean, what?: string, onLine?: (line: string) => void }} options
 *   `quiet`: print the output only when the command fails, and a sign of life every 20 seconds.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, options = {}) {
  const { env = process.env, cwd, quiet = false, what, onLine } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env,
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let rest = '';
    const take = chunk => {
      output += chunk;
      if (!quiet) process.stdout.write(chunk);
      if (onLine) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop();
        lines.forEach(onLine);
      }
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    const heartbeat = quiet
      ? setInterval(() => say(`  ... ${what ?? command}`), HEARTBEAT_MS)
      : undefined;
    const forward = signal => child.kill(signal);
    process.on('SIGINT', forward);
    process.on('SIGTERM', forward);
    const done = () => {
      clearInterval(heartbeat);
      process.off('SIGINT', forward);
      process.off('SIGTERM', forward);
    };
    child.once('error', error => {
      done();
      reject(error);
    });
    child.once('close', (code, signal) => {
      done();
      if (onLine && rest) onLine(rest);
      if (quiet && code !== 0) process.stdout.write(output);
      resolve({ code: code ?? (signal ? 128 : 1), output });
    });
  });
}

/** Runs a command that must succeed. */
export async function must(command, args, options = {}) {
  const result = await run(command, args, options);
  if (result.code !== 0) {
    throw new Error(
      `${options.what ?? [command, ...args].join(' ')} failed with status ${
        result.code
      }`,
    );
  }
  return result;
}
