import { MetricsService } from '@backstage/backend-plugin-api/alpha';
import {
  ItemError,
  itemErrorSchema,
} from '@backstage-arena/plugin-arena-common';
import { FinishedItem } from '../queue/finishedItem';
import { QueueObserver } from '../queue/QueueObserver';
import { PlannedRun } from '../runs/PlannedRun';
import { ITEM_STATUSES } from '../runs/tables';

type Billed = Pick<
  FinishedItem,
  'provider_ix' | 'cost' | 'input_tokens' | 'output_tokens' | 'cached_tokens'
>;

const ERROR_CLASSES = itemErrorSchema.shape.class.options;

/**
 * Counts what workers report. Providers are told apart by their type, of which there are few; names are what authors of bundles choose.
 *
 * What must be noticed the first time begins with zero: only then is it an increase.
 */
export function createQueueObserver(
  metrics: MetricsService,
  clusters: readonly string[],
): QueueObserver {
  const items = metrics.createCounter<{
    cluster: string;
    type: string;
    provider: string;
    outcome: string;
  }>('arena.items.reported', {
    description: 'Executions of items that workers reported',
    unit: '{item}',
  });
  const refused = metrics.createCounter<{ cluster: string; type: string }>(
    'arena.items.refused',
    {
      description:
        'Reported executions that were not counted: counted before, or of a lost lease',
      unit: '{item}',
    },
  );
  const errors = metrics.createCounter<{
    cluster: string;
    provider: string;
    class: string;
  }>('arena.item.errors', {
    description: 'Reported executions that ended in an error, retried or not',
    unit: '{item}',
  });
  const cost = metrics.createCounter<{ cluster: string; provider: string }>(
    'arena.provider.cost',
    {
      description:
        'What reported executions cost, in the currency of the prices',
    },
  );
  const tokens = metrics.createCounter<{
    cluster: string;
    provider: string;
    direction: string;
  }>('arena.provider.tokens', {
    description: 'Tokens of reported executions',
    unit: '{token}',
  });
  const expired = metrics.createCounter<{ cluster: string; kind: string }>(
    'arena.leases.expired',
    {
      description:
        'Leases that were taken back because their worker was silent',
      unit: '{lease}',
    },
  );
  for (const cluster of clusters) {
    expired.add(0, { cluster, kind: 'work' });
    expired.add(0, { cluster, kind: 'finalize' });
  }

  const seen = new Set<string>();

  function bill(run: PlannedRun, item: Billed): string {
    const { cluster } = run;
    const provider = run.plan.providers[item.provider_ix]?.type ?? 'unknown';
    if (!seen.has(`${cluster} ${provider}`)) {
      seen.add(`${cluster} ${provider}`);
      for (const name of ERROR_CLASSES) {
        errors.add(0, { cluster, provider, class: name });
      }
    }
    const add = (count: number | string, direction: string) =>
      tokens.add(Number(count), { cluster, provider, direction });
    add(item.input_tokens, 'input');
    add(item.output_tokens, 'output');
    add(item.cached_tokens, 'cached');
    cost.add(item.cost, { cluster, provider });
    return provider;
  }

  return {
    reported(run, results) {
      const { cluster } = run;
      const { type } = run.pins;
      for (const item of results.finished) {
        const provider = bill(run, item);
        const outcome = ITEM_STATUSES[item.status];
        items.add(1, { cluster, type, provider, outcome });
        if (item.error === null) continue;
        const { class: name }: ItemError = JSON.parse(item.error);
        errors.add(1, { cluster, provider, class: name });
      }
      for (const item of results.retried) {
        const provider = bill(run, item);
        items.add(1, { cluster, type, provider, outcome: 'retried' });
        errors.add(1, { cluster, provider, class: item.errorClass });
      }
      refused.add(results.refused, { cluster, type });
    },
    expired: ({ cluster }, kind) => expired.add(1, { cluster, kind }),
  };
}
