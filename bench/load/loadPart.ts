// The engine: a load test as its profile (second argument, JSON) says, of the bundle in a folder (first argument).
import { loadBundle, runLoadTest } from '@backstage-arena/arena-engine';
import { loadProfileSchema } from '@backstage-arena/plugin-arena-common/load';

const [directory, text] = process.argv.slice(2);

async function main(): Promise<void> {
  const bundle = await loadBundle(directory);
  const plan = bundle.plan({});
  const begin = process.cpuUsage();
  const report = await runLoadTest({
    bundle,
    plan,
    runnerOptions: { compat: false },
    profile: loadProfileSchema.parse(JSON.parse(text)),
    title: 'bench',
    signal: new AbortController().signal,
  });
  const { user, system } = process.cpuUsage(begin);
  const { totals, stages, workers, audit } = report;
  // The warm-up has used time too.
  const completed = stages.reduce((sum, stage) => sum + stage.completed, 0);
  process.send!({
    bench: {
      perSecond: totals.throughput,
      cpuUsPerRequest: (user + system) / completed,
      failed: totals.completed - totals.good,
      sent: totals.sent,
      expected: totals.expected,
      lateness: totals.times.lateness,
      ttft: totals.times.ttft,
      inFlight: workers[0].inFlight,
      rssMiB: workers[0].rssBytes / 1024 / 1024,
      cpu: workers[0].cpu,
      verdict: audit.verdict,
    },
  });
  process.disconnect!();
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
