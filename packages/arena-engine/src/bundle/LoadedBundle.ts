import { isDeepStrictEqual } from 'node:util';
import { RunPlan } from '@backstage-arena/plugin-arena-common';
import { RUN_PLAN_VERSION } from '@backstage-arena/plugin-arena-common/run';
import {
  Bundle,
  BundleProblem,
  PlanError,
  PlanOptions,
  Runner,
  RunnerOptions,
} from '../Engine';
import { rowSchemaOf } from '../dataset/rowSchemaOf';
import { createPlan } from '../plan/createPlan';
import { Quirks } from '../quirks/quirks';
import { contentDigest } from '../text/digest';
import { BundleRunner } from '../runner/BundleRunner';
import { BundleContent } from './BundleContent';
import { lintContent } from './lint/lintContent';

/** A bundle whose files were read and checked. */
export class LoadedBundle implements Bundle {
  private linted?: BundleProblem[];

  constructor(
    private readonly content: BundleContent,
    private readonly quirks: Quirks,
  ) {}

  get directory(): string {
    return this.content.directory;
  }

  get arenaFile(): string {
    return this.content.arenaFile;
  }

  get digest(): string {
    const files = [...this.content.files].map(([path, { value }]) => [
      path,
      value,
    ]);
    return contentDigest(
      files.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
  }

  get warnings(): BundleProblem[] {
    this.linted ??= [
      ...this.content.warnings,
      ...lintContent(this.content, { isRun: true }).map(problem => ({
        ...problem,
        // It was loaded: whatever is wrong does not keep it from running.
        severity: 'warning' as const,
      })),
    ];
    return this.linted;
  }

  get scenarioIds(): string[] {
    return this.content.scenarios.map(({ id }) => id);
  }

  get providerIds(): string[] {
    return this.content.providers.map(({ id }) => id);
  }

  get providerGroups(): string[] {
    const { scenarios, providers, arena } = this.content;
    const groupOf = (id: string) =>
      providers.find(provider => provider.id === id)?.group ?? 'default';
    return [
      ...new Set([
        ...scenarios.map(({ spec }) => spec.provider_group || 'default'),
        ...(arena.judges ?? []).map(({ provider }) => groupOf(provider)),
        ...(arena.self_play?.roles ?? []).map(({ provider }) =>
          groupOf(provider),
        ),
      ]),
    ].sort();
  }

  get concurrency(): number | undefined {
    return this.content.arena.defaults.concurrency || undefined;
  }

  plan(options: PlanOptions): RunPlan {
    return createPlan(this.content, options, this.quirks).plan;
  }

  rowSchemas(plan: RunPlan): unknown[] {
    const { scenarios } = this.content;
    const entries = new Map(scenarios.map(entry => [entry.id, entry]));
    return plan.scenarios.map(({ id }) =>
      rowSchemaOf(this.content, entries.get(id)),
    );
  }

  async runner(plan: RunPlan, options: RunnerOptions): Promise<Runner> {
    if (plan.version !== RUN_PLAN_VERSION) {
      throw new PlanError(
        'PlanVersion',
        `The plan has version ${plan.version}: this engine knows version ${RUN_PLAN_VERSION}`,
      );
    }
    const own = createPlan(this.content, options, this.quirks);
    // The engine may have been upgraded since; the work must be the same.
    const same = isDeepStrictEqual(
      { ...own.plan, engineVersion: '' },
      { ...plan, engineVersion: '' },
    );
    if (!same) {
      throw new PlanError(
        'PlanMismatch',
        'The plan was not made from this bundle with these options',
      );
    }
    return BundleRunner.create(plan, own.providers, this.content, options);
  }
}
