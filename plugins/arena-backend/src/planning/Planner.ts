import {
  LoadProfile,
  ResolvedProvider,
  ResolvedTool,
  RunPins,
} from '@backstage-arena/plugin-arena-common';
import { DatasetEmbedding } from '@backstage-arena/plugin-arena-common/datagen';
import { SnapshotStore } from '@backstage-arena/plugin-arena-node';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UnpackedBundles } from '../snapshots/UnpackedBundles';
import { Clock } from '../time/Clock';
import { createSlots } from './createSlots';
import { PlanReply } from './PlanReply';

/** What is to be planned. Equal requests have equal answers. */
export interface PlanRequest {
  /** Digest of the bundle's snapshot. */
  digest: string;
  arenaFile: string;
  compat: boolean;
  include?: string[];
  exclude?: string[];
  trials?: number;
  providers?: ResolvedProvider[];
  tools?: ResolvedTool[];
  /** Simulated users, beyond what scenarios say. */
  selfPlay?: RunPins['selfPlay'];
  /** Of an evaluation: within a budget everything must have a price. */
  hasBudget?: boolean;
  /** Of a load test: its mix must fit, and within a budget everything must have a price. */
  loadTest?: { mix: LoadProfile['mix']; hasBudget: boolean };
  /** Of data generation. */
  dataGen?: {
    seed: number;
    hasBudget: boolean;
    embedding?: DatasetEmbedding;
  };
}

/** Plans runs. */
export interface Planner {
  /** @param onStart - Called when the answer is not known yet, and takes a while. */
  plan(request: PlanRequest, onStart?: () => void): Promise<PlanReply>;
}

/** Options of {@link createPlanner}. */
export interface PlannerOptions {
  snapshots: SnapshotStore;
  /** Has a process plan; see `PlanProcesses`. */
  run: (request: object) => Promise<PlanReply>;
  /** Where bundles are kept unpacked. */
  bundles: Pick<UnpackedBundles, 'locate'>;
  /** Folder for the archives while a process reads them. */
  temporaryDirectory: string;
  clock: Clock;
  /** What the admin lets runs start. */
  allow?: RunPins['allow'];
  /** Processes at a time. */
  concurrency?: number;
}

/** How long a failure that may pass is taken for an answer, so that a broken bundle is not planned in a tight loop. */
const TRANSIENT_MS = 60_000;
const MAX_REMEMBERED = 50;
/** Larger plans are not kept. */
const MAX_SCENARIOS = 2_000;

/** Plans in child processes, each request once while it is remembered. */
export function createPlanner(options: PlannerOptions): Planner {
  const { clock } = options;
  const remembered = new Map<string, { reply: PlanReply; at: number }>();
  const inFlight = new Map<string, Promise<PlanReply>>();
  const slots = createSlots(options.concurrency ?? 2);

  async function execute(request: PlanRequest): Promise<PlanReply> {
    const { bundles, snapshots } = options;
    const { include, exclude, trials, providers, tools } = request;
    const { selfPlay, hasBudget, loadTest, dataGen } = request;
    const { allow } = options;
    const wanted = {
      arenaFile: request.arenaFile,
      compat: request.compat,
      options: {
        include,
        exclude,
        trials,
        providers,
        tools,
        allow,
        selfPlay,
        hasBudget,
        loadTest,
        dataGen,
      },
    };
    const bundle = await bundles.locate(request.digest);
    if (bundle.exists)
      return options.run({ directory: bundle.path, ...wanted });
    await mkdir(options.temporaryDirectory, { recursive: true });
    const folder = await mkdtemp(join(options.temporaryDirectory, 'plan-'));
    try {
      const archive = join(folder, 'bundle.tar.gz');
      const { content } = await snapshots.open(request.digest);
      await pipeline(content, createWriteStream(archive));
      return await options.run({ archive, unpackTo: bundle.path, ...wanted });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  function remember(key: string, reply: PlanReply): void {
    if (reply.ok && reply.plan.scenarios.length > MAX_SCENARIOS) return;
    remembered.delete(key);
    remembered.set(key, { reply, at: clock.now().getTime() });
    if (remembered.size > MAX_REMEMBERED) {
      const [oldest] = remembered.keys();
      remembered.delete(oldest);
    }
  }

  return {
    async plan(request, onStart) {
      const key = createHash('sha256')
        .update(JSON.stringify(request))
        .digest('hex');
      const known = remembered.get(key);
      if (known) {
        const passing = !known.reply.ok && known.reply.transient;
        if (!passing || clock.now().getTime() - known.at < TRANSIENT_MS) {
          return known.reply;
        }
      }
      onStart?.();
      let work = inFlight.get(key);
      if (!work) {
        work = slots(() => execute(request)).then(reply => {
          remember(key, reply);
          return reply;
        });
        inFlight.set(key, work);
        const forget = () => inFlight.delete(key);
        work.then(forget, forget);
      }
      return work;
    },
  };
}
