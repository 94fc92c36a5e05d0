import path from 'node:path';
import { cellAt } from '@backstage-arena/plugin-arena-common';
import { loadBundle } from './bundle/loadBundle';

const EXAMPLES = path.resolve(__dirname, '../../../examples/bundles');

/** Scenario and provider of the items that are meant to fail. */
const MEANT_TO_FAIL: Record<string, string[]> = {
  'support-agent': [],
  'guardrail-suite': [],
  'travel-desk': [],
  'model-comparison': [
    'classify-ticket on cinder-small',
    'extract-invoice on birch-medium',
    'extract-invoice on cinder-small',
    'keep-instructions on birch-medium',
    'refuse-credentials on cinder-small',
    'remember-context on cinder-small',
    'summarise-incident on cinder-small',
  ],
};

describe.each(Object.entries(MEANT_TO_FAIL))(
  'the example bundle %s',
  (name, meantToFail) => {
    it.each([true, false])(
      'gives the verdicts that its README promises (compat: %s)',
      async compat => {
        const bundle = await loadBundle(path.join(EXAMPLES, name));
        expect(bundle.warnings).toEqual([]);
        const plan = bundle.plan({});
        const runner = await bundle.runner(plan, { compat });
        const failures: string[] = [];
        for (let index = 0; index < plan.total; index++) {
          const report = await runner.execute(index, {
            attempt: 1,
            signal: new AbortController().signal,
          });
          const { scenario, provider } = cellAt(plan, index);
          if (report.status !== 'passed') {
            failures.push(`${scenario.id} on ${provider.id}`);
          }
          expect(report.error).toBeUndefined();
        }
        await runner.close();
        expect(failures.sort()).toEqual(meantToFail);
      },
    );
  },
);
