import { NotFoundError } from '@backstage/errors';
import { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import {
  ArenaApi,
  CheckResult,
  RunItem,
  Transcript,
} from '@backstage-arena/plugin-arena-common';
import type { z as Zod } from 'zod/v3';
import { ActionOptions } from './ActionOptions';
import { asActionError } from './asActionError';
import { clusterOf, jobShape } from './jobAddress';
import { jobSummary, jobSummarySchema } from './jobSummary';

const MAX_ITEMS = 20;
/** Characters of a message: enough to see what was said, and twenty of them fit in one answer. */
const MAX_TEXT = 1_500;

const failureSchema = (z: typeof Zod) =>
  z.object({
    index: z.number(),
    scenario: z.string(),
    provider: z.string(),
    trial: z.number(),
    status: z.string().describe('failed, or errored: it could not be run'),
    error: z.string().optional(),
    failedChecks: z.array(
      z.object({
        type: z.string(),
        level: z.string().describe('turn or conversation'),
        explanation: z.string(),
        message: z.string().optional(),
      }),
    ),
    question: z.string().optional().describe('What the user said last'),
    answer: z.string().optional().describe('What the model said last'),
  });

type Failure = Zod.infer<ReturnType<typeof failureSchema>>;

/** `arena:explain-failure` */
export function registerExplainFailure(
  registry: ActionsRegistryService,
  { arena, appUrl }: ActionOptions,
): void {
  registry.register({
    name: 'explain-failure',
    title: 'Explain why an ArenaJob failed',
    description:
      'Shows why an ArenaJob failed: the reason of its verdict, and of the first items that did not pass which checks failed, what was asked and what was answered.',
    attributes: { readOnly: true, destructive: false, idempotent: true },
    schema: {
      input: z =>
        z.object({
          ...jobShape(z),
          maxItems: z.number().int().min(1).max(MAX_ITEMS).default(5),
        }),
      output: z =>
        z.object({
          job: jobSummarySchema(z),
          notPassed: z.number().describe('Items that did not pass, in all'),
          items: z.array(failureSchema(z)),
        }),
    },
    action: ({ input, credentials }) =>
      asActionError(async () => {
        const api = arena.as(credentials);
        const cluster = await clusterOf(api, input);
        const { namespace, name, maxItems } = input;
        const object = await api.get({
          cluster,
          namespace,
          name,
          kind: 'ArenaJob',
        });
        const job = jobSummary(object, { cluster, appUrl });
        if (job.runId === undefined) {
          return { output: { job, notPassed: 0, items: [] } };
        }
        const { counters } = await api.run(job.runId);
        const page = await api.items(job.runId, {
          status: ['failed', 'errored'],
          limit: maxItems,
        });
        const items: Failure[] = [];
        for (const item of page.items) {
          items.push(await failureOf(api, job.runId, item));
        }
        return {
          output: {
            job,
            notPassed: counters.failed + counters.errored,
            items,
          },
        };
      }),
  });
}

async function failureOf(
  api: ArenaApi,
  runId: string,
  item: RunItem,
): Promise<Failure> {
  const transcript = item.hasTranscript
    ? await transcriptOf(api, runId, item.index)
    : undefined;
  const said = (role: string) =>
    transcript?.messages.findLast(message => message.role === role)?.content;
  return {
    index: item.index,
    scenario: item.scenario,
    provider: item.provider,
    trial: item.trial,
    status: item.status,
    error: item.error?.message,
    failedChecks: failedChecks(transcript),
    question: shortened(said('user')),
    answer: shortened(said('assistant')),
  };
}

/** Undefined when retention has taken it meanwhile. */
async function transcriptOf(
  api: ArenaApi,
  runId: string,
  index: number,
): Promise<Transcript | undefined> {
  try {
    return await asActionError(() => api.transcript(runId, index));
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function failedChecks(transcript?: Transcript): Failure['failedChecks'] {
  if (!transcript) return [];
  const checks: CheckResult[] = [
    ...transcript.messages.flatMap(message => message.checks ?? []),
    ...transcript.checks,
  ];
  return checks
    .filter(check => !check.passed && !check.skipped)
    .map(({ type, level, explanation, message }) => ({
      type,
      level,
      explanation,
      message,
    }));
}

function shortened(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= MAX_TEXT) return text;
  return `${text.slice(0, MAX_TEXT)}… (${text.length} characters)`;
}
