import { ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { MockLlmCall, MockLlmOptions } from './MockLlm';

/** A mock LLM server in a process of its own. @public */
export interface MockLlmProcess {
  /** With `/v1`: what clients of OpenAI and Anthropic are given. */
  url: string;
  pid: number;
  /** Its log of all calls so far. */
  calls(): Promise<MockLlmCall[]>;
  /** Makes it stand still: it keeps its connections, and takes and gives nothing. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/**
 * Starts the server of `startMockLlm` in a process of its own, so that it shares no event loop with the client.
 *
 * @param options - those that are no functions
 * @public
 */
export async function startMockLlmProcess(
  options: Omit<MockLlmOptions, 'answer' | 'reply'> = {},
): Promise<MockLlmProcess> {
  /* eslint-disable-next-line no-restricted-syntax -- runs from its sources alone */
  const main = join(__dirname, 'mockLlmMain.ts');
  const child = fork(main, [JSON.stringify(options)], {
    execArgv: [
      '--require',
      require.resolve('@backstage/cli/config/nodeTransform.cjs'),
    ],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const url = await answerOf<string>(child);
  const { pid } = child;
  if (pid === undefined) throw new Error('The mock LLM server has no process');
  return {
    url,
    pid,
    calls() {
      const answer = answerOf<MockLlmCall[]>(child);
      child.send('calls');
      return answer;
    },
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGCONT');
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** What the server says next. The transform of its sources sends messages of its own. */
function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = new AbortController();
    const { signal } = ended;
    const onMessage = (message: { mockLlm?: T }) => {
      if (message.mockLlm === undefined) return;
      ended.abort();
      resolve(message.mockLlm);
    };
    const onExit = (code: number | null) => {
      ended.abort();
      reject(new Error(`The mock LLM server ended with ${code}`));
    };
    signal.addEventListener('abort', () => {
      child.off('message', onMessage);
      child.off('exit', onExit);
    });
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}
