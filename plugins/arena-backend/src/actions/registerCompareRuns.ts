import { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { RunComparison } from '@backstage-arena/plugin-arena-common';
import { ActionOptions } from './ActionOptions';
import { asActionError } from './asActionError';

const MAX_CELLS = 50;

/** `arena:compare-runs` */
export function registerCompareRuns(
  registry: ActionsRegistryService,
  { arena }: ActionOptions,
): void {
  registry.register({
    name: 'compare-runs',
    title: 'Compare two runs',
    description:
      'Compares a run with another one of its namespace, test by test: whether it has regressed beyond chance, by how much, in which cells (a scenario on a provider), and what of the inputs differs. Without a baseline, with the one that it was judged by.',
    attributes: { readOnly: true, destructive: false, idempotent: true },
    schema: {
      input: z =>
        z.object({
          runId: z.string().min(1),
          baselineRunId: z.string().min(1).optional(),
        }),
      output: z =>
        z.object({
          baselineRunId: z.string(),
          changedInputs: z.array(z.string()),
          verdict: z
            .enum(['Regression', 'NoRegression', 'NothingInCommon'])
            .describe(
              'NothingInCommon: no test has a verdict in both runs, so that nothing can be said',
            ),
          partial: z
            .boolean()
            .describe('A run has not ended: only what is there was compared'),
          scenarios: z.number().describe('Scenarios that were compared'),
          cells: z.number().describe('Cells that were compared'),
          excluded: z
            .object({
              added: z.number(),
              gone: z.number(),
              edited: z.number(),
            })
            .describe('Scenarios that only one run has, or that were edited'),
          passRate: z.object({ baseline: z.number(), current: z.number() }),
          effect: z.number().describe('Change of the pass rate, from -1 to 1'),
          interval: z
            .object({ low: z.number(), high: z.number() })
            .describe('Of the effect'),
          confidence: z.number().describe('Of the interval, from 0 to 1'),
          pValue: z
            .number()
            .describe('Chance of such a loss if nothing had changed'),
          decidedBy: z
            .enum(['whole', 'cells'])
            .optional()
            .describe('Which test found the regression'),
          changes: z
            .record(z.number())
            .describe('How many cells changed in which way'),
          changedCells: z.array(
            z.object({
              scenario: z.string(),
              provider: z.string(),
              change: z.string(),
              baseline: z.string().describe('Passed of judged'),
              current: z.string().describe('Passed of judged'),
            }),
          ),
        }),
    },
    action: ({ input, credentials }) =>
      asActionError(async () => {
        const api = arena.as(credentials);
        const report = await api.comparison(input.runId, {
          baseline: input.baselineRunId,
          maxCells: MAX_CELLS,
        });
        const { comparison, baseline, current } = report;
        const { added, gone, edited } = comparison.excluded;
        const share = (side: { passed: number; judged: number }) =>
          `${side.passed} of ${side.judged}`;
        return {
          output: {
            baselineRunId: baseline.id,
            changedInputs: report.changedInputs,
            verdict: verdictOf(comparison),
            partial: !baseline.finishedAt || !current.finishedAt,
            scenarios: comparison.scenarios,
            cells: comparison.cells,
            excluded: { added, gone, edited },
            passRate: comparison.passRate,
            effect: comparison.effect,
            interval: comparison.interval,
            confidence: comparison.confidence,
            pValue: comparison.pValue,
            decidedBy: comparison.decidedBy,
            changes: comparison.changes,
            changedCells: comparison.changedCells.map(cell => ({
              scenario: cell.scenario,
              provider: cell.provider,
              change: cell.change,
              baseline: share(cell.baseline),
              current: share(cell.current),
            })),
          },
        };
      }),
  });
}

function verdictOf({
  cells,
  regressed,
}: RunComparison): 'Regression' | 'NoRegression' | 'NothingInCommon' {
  if (cells === 0) return 'NothingInCommon';
  return regressed ? 'Regression' : 'NoRegression';
}
