import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  CallBudget,
  ENGINE_VERSION,
  loadBundle,
  Runner,
  RunnerOptions,
} from '@backstage-arena/arena-engine';
import {
  RegisterResponse,
  RUN_PLAN_VERSION,
  runBudgetOf,
  RunPins,
  RunPlan,
  WORKER_PROTOCOL_VERSION,
} from '@backstage-arena/plugin-arena-common';
import { version } from '../../package.json';
import { CliError } from '../cli/errors';
import { createOutput, isOutputReady } from '../outputs/createOutput';
import { Backoff, pause } from './backoff';
import { LeasedBudget } from './budget/LeasedBudget';
import { BundleCache } from './BundleCache';
import { Finalizer } from './Finalizer';
import { LoadApi } from './load/LoadApi';
import { LoadBudget } from './load/LoadBudget';
import { runLoad } from './load/runLoad';
import { ProtocolClient, ProtocolError } from './ProtocolClient';
import { WorkerApi } from './WorkerApi';
import { WorkerEnvironment } from './WorkerEnvironment';
import { WorkerLogger } from './WorkerLogger';
import { WorkLoop } from './WorkLoop';
import { WorkOutcome } from './WorkLoopOptions';

/** Status with which the backend refuses a worker that is too old or too new for it. */
const WRONG_RELEASE = 426;

const NO_ITEMS: Pick<Runner, 'execute'> = {
  execute: async () => {
    throw new CliError('This worker writes reports, and was given an item');
  },
};

export interface RunWorkerOptions {
  environment: WorkerEnvironment;
  logger: WorkerLogger;
  workingDirectory: string;
  /** Aborts when the worker is to drain. */
  drain: AbortSignal;
  /** Told once the run says whether it is verbose. */
  onVerbose: (verbose: boolean) => void;
  secret: (name: string) => string | undefined;
}

/** Registers, fetches the bundle, and works until the run is closed or the worker is told to leave. */
export async function runWorker(
  options: RunWorkerOptions,
): Promise<WorkOutcome> {
  const { environment, logger, drain } = options;
  const client = new ProtocolClient({
    baseUrl: environment.backendUrl,
    token: environment.token,
    patienceMs: environment.patienceMs,
    logger,
  });
  const { workerId, role } = environment;
  const api = new WorkerApi({ client, workerId, role });
  let isWorking = false;
  try {
    const registration = await register(api, options);
    if (!registration) return 'drained';
    const plan = checkRegistration(registration, environment);
    const { pins } = registration;
    options.onVerbose(pins.verbose);
    const given = {
      mount: environment.outputDirectory,
      secret: options.secret,
    };
    api.outputReady = isOutputReady(pins.output, given);
    logger.info('Registered', {
      total: plan.total,
      concurrency: pins.concurrency,
    });

    const budget = loadBudget(pins);
    const leased = leasedBudget(pins, client, workerId);
    // Who writes the reports alone needs nothing of the bundle, and runs nothing of it.
    const runner =
      role === 'finalize'
        ? undefined
        : await openRunner({
            ...options,
            client,
            plan,
            pins,
            budget,
            spend: leased,
          });
    try {
      isWorking = true;
      if (runner && pins.load) {
        const outcome = await runLoad({
          ...environment,
          api: new LoadApi({ client, workerId }),
          runner,
          profile: pins.load,
          budget,
          logger,
          drain,
        });
        if (outcome === 'drained') return outcome;
      }
      const finalizer = new Finalizer({
        client,
        logger,
        registration,
        workingDirectory: options.workingDirectory,
        output: ({ outputDirectory, allowedHosts }) =>
          createOutput({
            runId: registration.runId,
            output: pins.output,
            directory: outputDirectory,
            allowedHosts,
            ...given,
          }),
      });
      const loop = new WorkLoop({
        api,
        runner: runner ?? NO_ITEMS,
        logger,
        concurrency: pins.concurrency,
        itemTimeoutMs: pins.itemTimeoutMs,
        heartbeatIntervalMs: registration.heartbeatIntervalMs,
        drainTimeoutMs: environment.drainTimeoutMs,
        finalize: (assignment, signal) => finalizer.run(assignment, signal),
      });
      leased?.whenExhausted(() => loop.finish());
      drain.addEventListener('abort', () => loop.drain(), { once: true });
      if (drain.aborted) loop.drain();
      return await loop.run();
    } finally {
      await runner?.close();
    }
  } catch (error) {
    // Until it works on something there is nothing to wait for.
    if (drain.aborted && !isWorking) return 'drained';
    if (await isRunOver(api, error)) return 'closed';
    throw error;
  } finally {
    await client.close();
  }
}

/** Fetches the bundle of the run and makes it ready to be run. */
async function openRunner({
  environment,
  logger,
  drain,
  secret,
  workingDirectory,
  client,
  plan,
  pins,
  budget,
  spend,
}: RunWorkerOptions & {
  client: ProtocolClient;
  plan: RunPlan;
  pins: RunPins;
  budget: LoadBudget | undefined;
  /** What the calls of leased items may spend. */
  spend: CallBudget | undefined;
}): Promise<Runner> {
  const cache = new BundleCache({
    client,
    logger,
    directory: environment.cacheDirectory ?? join(workingDirectory, 'bundles'),
    signal: drain,
  });
  const directory = await cache.get(pins.source.digest);
  drain.throwIfAborted();
  const bundle = await loadBundle(directory, {
    arenaFile: pins.arenaFile,
    compat: pins.compat,
  });
  return bundle.runner(plan, {
    include: pins.scenarios?.include,
    exclude: pins.scenarios?.exclude,
    regions: plan.regions,
    trials: pins.trials,
    providers: pins.providers,
    tools: pins.tools,
    allow: pins.allow,
    compat: pins.compat,
    itemTimeoutMs: pins.itemTimeoutMs,
    selfPlay: pins.selfPlay,
    hasBudget: pins.budget !== undefined,
    dataGen: pins.dataset && {
      seed: pins.dataset.seed,
      hasBudget: pins.dataset.budgetLimit !== undefined,
      embedding: pins.dataset.nearDuplicateEmbedding,
    },
    budget: spend,
    secret,
    ...concurrencyOf(pins, budget),
    rateShare: 1 / workersOf(pins),
    log: line => logger.debug(line),
  });
}

/** As many connections as there may be conversations. */
function concurrencyOf(
  { load, concurrency }: RunPins,
  budget: LoadBudget | undefined,
): Pick<RunnerOptions, 'concurrency' | 'load'> {
  if (!load) return { concurrency };
  const { mode, maxInFlight, exceedRateLimits } = load;
  return {
    concurrency: mode === 'open' ? maxInFlight : undefined,
    load: { exceedRateLimits, budget },
  };
}

function loadBudget(pins: RunPins): LoadBudget | undefined {
  const profile = pins.load;
  if (profile?.budgetLimit === undefined) return undefined;
  return new LoadBudget({ profile, workers: workersOf(pins) });
}

function leasedBudget(
  pins: RunPins,
  client: ProtocolClient,
  workerId: string,
): LeasedBudget | undefined {
  const budget = runBudgetOf(pins);
  return (
    budget &&
    new LeasedBudget({
      client,
      workerId,
      limit: budget.limit,
      workers: workersOf(pins),
    })
  );
}

function workersOf({ workers = 1 }: RunPins): number {
  return workers;
}

/**
 * Registers. A worker that is refused because of its release comes again, ever more slowly: to end would only have it started anew, and
 * the backend may be the one that is replaced next.
 *
 * @returns undefined when the worker is to leave meanwhile.
 */
async function register(
  api: WorkerApi,
  { environment, logger, drain }: RunWorkerOptions,
): Promise<RegisterResponse | undefined> {
  const backoff = new Backoff({ firstMs: 1_000, longestMs: 60_000 });
  const giveUpAt = performance.now() + environment.patienceMs;
  for (;;) {
    try {
      return await api.register(
        {
          protocolVersion: WORKER_PROTOCOL_VERSION,
          workerId: environment.workerId,
          engineVersion: ENGINE_VERSION,
          workerVersion: version,
          host: hostname(),
          pid: process.pid,
        },
        drain,
      );
    } catch (error) {
      const refused =
        error instanceof ProtocolError && error.status === WRONG_RELEASE;
      if (!refused || performance.now() > giveUpAt) throw error;
      logger.warn('The backend does not take workers of this release', {
        version,
        reason: error.message,
      });
    }
    await pause(backoff.nextMs(), drain);
    if (drain.aborted) return undefined;
  }
}

/** The token of a run that is over opens nothing any more, but still gets to know that. */
async function isRunOver(api: WorkerApi, error: unknown): Promise<boolean> {
  if (!(error instanceof ProtocolError) || error.status !== 401) return false;
  try {
    const answer = await api.lease(1, AbortSignal.timeout(10_000));
    return answer.state === 'closed';
  } catch {
    // The first refusal is what there is to say.
    return false;
  }
}

/** A worker must not guess at what it does not know. */
function checkRegistration(
  registration: RegisterResponse,
  environment: WorkerEnvironment,
): RunPlan {
  if (registration.protocolVersion !== WORKER_PROTOCOL_VERSION) {
    throw new CliError(
      `The backend speaks version ${registration.protocolVersion} of the worker protocol, this worker version ${WORKER_PROTOCOL_VERSION}`,
    );
  }
  if (registration.runId !== environment.runId) {
    throw new CliError(
      `The run token belongs to the run '${registration.runId}', this worker was started for '${environment.runId}'`,
    );
  }
  const plan = registration.plan as Partial<RunPlan>;
  if (plan.version !== RUN_PLAN_VERSION) {
    throw new CliError(
      `The run's plan has version ${plan.version}, this worker knows version ${RUN_PLAN_VERSION}`,
    );
  }
  return plan as RunPlan;
}
