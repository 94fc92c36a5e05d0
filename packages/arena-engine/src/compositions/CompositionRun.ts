import { setImmediate } from 'node:timers/promises';
import { LeafSpec, ReduceSpec, StepSpec } from '../bundle/schemas/composition';
import { CompositionView } from '../checks/Check';
import { Composition } from './Composition';
import { CompositionFault } from './CompositionFault';
import { holds } from './predicate';
import { Scope } from './Scope';

/** Carries out a step that calls a model or a tool, once. */
export type RunLeaf = (step: LeafSpec, scope: Scope) => Promise<unknown>;

export interface CompositionRunOptions {
  composition: Composition;
  input: unknown;
  runLeaf: RunLeaf;
  /** Whether a step that failed so may be tried again. */
  mayRetry: (error: unknown) => boolean;
}

/** One execution of a composition: its steps in their order. */
export class CompositionRun {
  private readonly outputs = new Map<string, unknown>();
  private readonly branches = new Map<string, string>();
  private readonly parallels = new Map<
    string,
    { finished: string[]; all: string[] }
  >();
  private readonly skipped = new Set<string>();
  private readonly scope: Scope;

  constructor(private readonly options: CompositionRunOptions) {
    this.scope = new Scope(options.input, this.outputs);
  }

  /**
   * Runs all steps.
   *
   * @throws CompositionFault when a step fails by what the composition says, and whatever the calls of steps reject with.
   */
  async run(): Promise<CompositionView> {
    const { composition } = this.options;
    let last: string | undefined;
    for (const step of composition.spec.steps) {
      if (this.isSkipped(step)) {
        this.skipped.add(step.id);
        continue;
      }
      await this.named(step.id, () => this.runStep(step));
      if (this.outputs.has(step.id)) last = step.id;
    }
    return {
      steps: this.outputs,
      branches: this.branches,
      parallels: this.parallels,
      output: this.outputOf(composition.spec.output ?? last),
    };
  }

  private outputOf(step: string | undefined): unknown {
    if (step !== undefined && this.outputs.has(step)) {
      return this.outputs.get(step);
    }
    throw new CompositionFault(
      `composition "${this.options.composition.name}": ${
        step === undefined
          ? 'no step has an output'
          : `step "${step}" has no output`
      }`,
    );
  }

  private isSkipped({ id, depends_on: needed }: StepSpec): boolean {
    if (this.skipped.has(id)) return true;
    return !!needed?.length && needed.every(name => this.skipped.has(name));
  }

  private async runStep(step: StepSpec): Promise<void> {
    switch (step.kind) {
      case 'branch':
        this.takeBranch(step);
        return;
      case 'parallel':
        await this.runParallel(step);
        return;
      default:
        await this.runLeaf({ ...step, kind: step.kind });
    }
  }

  private takeBranch({ id, predicate, then, else: otherwise }: StepSpec): void {
    if (!predicate) throw new CompositionFault('a branch needs a predicate');
    const isTrue = holds(predicate, this.scope);
    const [taken, other] = isTrue ? [then, otherwise] : [otherwise, then];
    if (taken !== undefined) this.branches.set(id, taken);
    if (other !== undefined && other !== taken) this.skipped.add(other);
  }

  /** All branches run at the same time and to their end; the step fails when one of them does. */
  private async runParallel({ id, branches, reduce }: StepSpec) {
    const leaves = branches ?? [];
    const all = leaves.map(leaf => leaf.id);
    const settled = await Promise.allSettled(
      leaves.map(leaf => this.named(leaf.id, () => this.runLeaf(leaf))),
    );
    const finished = all.filter((_, at) => settled[at].status === 'fulfilled');
    this.parallels.set(id, { finished, all });
    for (const result of settled) {
      if (result.status === 'rejected') throw result.reason;
    }
    this.outputs.set(id, reduced(all, this.outputs, reduce));
  }

  private async runLeaf(leaf: LeafSpec): Promise<void> {
    const { runLeaf, mayRetry } = this.options;
    const attempts = leaf.modifiers?.retry?.max_attempts || 1;
    for (let attempt = 1; ; attempt++) {
      try {
        this.outputs.set(leaf.id, await runLeaf(leaf, this.scope));
        return;
      } catch (error) {
        if (attempt >= attempts || !mayRetry(error)) throw error;
        // What fails without waiting for anything must not keep the item's clock from running.
        await setImmediate();
      }
    }
  }

  /** Says where a composition failed. */
  private async named<T>(id: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof CompositionFault) || error.isPlaced) throw error;
      const { name } = this.options.composition;
      throw new CompositionFault(
        `composition "${name}", step "${id}": ${error.message}`,
        { isPlaced: true },
      );
    }
  }
}

function reduced(
  ids: readonly string[],
  outputs: ReadonlyMap<string, unknown>,
  reduce: ReduceSpec | null | undefined,
): unknown {
  const { strategy = 'barrier', into } = reduce ?? {};
  const values = ids.map(id => outputs.get(id));
  const byStrategy = {
    barrier: () => Object.fromEntries(ids.map((id, at) => [id, values[at]])),
    append: () => values,
    replace: () => values[values.length - 1],
  };
  const value = byStrategy[strategy]();
  return into === undefined ? value : { [into]: value };
}
