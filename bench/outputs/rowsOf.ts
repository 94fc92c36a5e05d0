import { ReportItem } from '@backstage-arena/arena-engine';

/** Of the run that the portal has. */
export const RUN_ID = 'bench';

const PROVIDERS = 20;
const TRIALS = 5;

/** Rows as a run has them: one in ten did not pass, and says why. */
export async function* rowsOf(count: number): AsyncGenerator<ReportItem> {
  for (let index = 0; index < count; index += 1) {
    const cell = Math.floor(index / TRIALS);
    const isFailed = index % 10 === 0;
    yield {
      index,
      scenario: `scenario-${Math.floor(cell / PROVIDERS)}`,
      provider: `provider-${cell % PROVIDERS}`,
      region: 'default',
      variant: 0,
      trial: index % TRIALS,
      attempt: 1,
      status: isFailed ? 'failed' : 'passed',
      startedAt: '2026-01-01T00:00:00.000Z',
      durationMs: 1_000 + (index % 977),
      checksTotal: 3,
      checksFailed: isFailed ? 1 : 0,
      score: isFailed ? 0.25 : 1,
      turns: 2,
      toolCalls: 1,
      inputTokens: 320,
      outputTokens: 180,
      cachedTokens: 0,
      cost: 0.0025,
      ttftMs: 210 + (index % 89),
      message: isFailed
        ? 'contains: the answer has none of "refund", "money back", "30 days"'
        : undefined,
    };
  }
}
