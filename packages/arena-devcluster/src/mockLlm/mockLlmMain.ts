// A mock LLM server in a process of its own. Its options are the first argument, as JSON; it answers questions of its parent.
import { MockLlmOptions } from './MockLlm';
import { startMockLlm } from './startMockLlm';

async function main(): Promise<void> {
  const options: MockLlmOptions = JSON.parse(process.argv[2]);
  const server = await startMockLlm(options);
  process.on('disconnect', () => process.exit(0));
  process.on('message', () => {
    process.send?.({ mockLlm: server.calls });
  });
  process.send?.({ mockLlm: server.url });
}

main().catch(error => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
});
