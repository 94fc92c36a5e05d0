// Many streamed conversations at the same time, each with a tool round, through the engine's public interface.
import { Transcript } from '@backstage-arena/plugin-arena-common';
import { setTimeout as wait } from 'node:timers/promises';
import { favourLatency } from '../../packages/arena-worker/src/favourLatency';
import { packedFolder } from './packages';

const {
  loadBundle,
}: typeof import('@backstage-arena/arena-engine') = require(packedFolder(
  'arena-engine',
));

const [directory, spreadMs] = process.argv.slice(2);

async function main(): Promise<void> {
  // As in `arena` and in workers.
  favourLatency();
  const bundle = await loadBundle(directory);
  const plan = bundle.plan({});
  const runner = await bundle.runner(plan, { compat: false });
  const added: number[] = [];
  const failures: string[] = [];
  await Promise.all(
    Array.from({ length: plan.total }, async (_, index) => {
      await wait((index * Number(spreadMs)) / plan.total);
      const report = await runner.execute(index, {
        attempt: 1,
        signal: new AbortController().signal,
      });
      if (report.status !== 'passed') {
        failures.push(report.message ?? report.status);
        return;
      }
      const transcript: Transcript = JSON.parse(report.transcript ?? '{}');
      for (const message of transcript.messages) {
        if (message.ttftMs === undefined) continue;
        added.push(message.ttftMs - Number.parseFloat(message.content));
      }
    }),
  );
  await runner.close();
  process.send!({ bench: { added, failures, conversations: plan.total } });
  process.disconnect!();
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
