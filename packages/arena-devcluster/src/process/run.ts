import { spawn } from 'node:child_process';

/** How much of what a command has said is repeated when it fails. */
const TAIL = 4_000;

/** Options of {@link run}. */
export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Standard input. */
  input?: string;
}

/**
 * Runs a command to its end.
 *
 * @returns what it wrote to standard output
 * @throws Error with what it said when it fails or cannot be started
 */
export function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { cwd, env, input = '' } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: 'pipe' });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', text => (output += text));
    child.stderr.setEncoding('utf8').on('data', text => (errors += text));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) {
        resolve(output);
        return;
      }
      const said = `${errors.trim() || output.trim()}`.slice(-TAIL);
      const how = signal ? `was ended by ${signal}` : `failed with ${code}`;
      reject(new Error(`${[command, ...args].join(' ')} ${how}: ${said}`));
    });
    // A command that does not read its input may be gone before it is written; its status says what happened.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
