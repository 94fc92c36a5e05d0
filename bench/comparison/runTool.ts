import { spawn } from 'node:child_process';
import { once } from 'node:events';

const TAIL = 4_000;

/**
 * Runs a command to its end, without what this process was told about Node.js.
 *
 * @param options.statuses - with which it may end, default 0
 * @returns what it wrote to standard output
 */
export async function runTool(
  command: string,
  args: readonly string[],
  options: {
    cwd?: string;
    env?: NodeJS.ProcessEnv;
    statuses?: readonly number[];
  } = {},
): Promise<string> {
  const { cwd, env, statuses = [0] } = options;
  const child = spawn(command, args, {
    cwd,
    env: {
      ...process.env,
      NODE_OPTIONS: undefined,
      NODE_ENV: 'production',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', text => (output += text));
  child.stderr.setEncoding('utf8').on('data', text => (errors += text));
  const [code, signal] = await once(child, 'close');
  if (!statuses.includes(code)) {
    const how = signal ? `was ended by ${signal}` : `ended with status ${code}`;
    const said = (errors.trim() || output.trim()).slice(-TAIL);
    throw new Error(`${[command, ...args].join(' ')} ${how}: ${said}`);
  }
  return output;
}
