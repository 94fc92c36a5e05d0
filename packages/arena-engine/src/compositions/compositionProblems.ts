import { BundleContent } from '../bundle/BundleContent';
import {
  compositionSchema,
  CompositionSpec,
  LeafSpec,
  PredicateSpec,
  StepSpec,
} from '../bundle/schemas/composition';
import { unknownKeys } from '../bundle/unknownKeys';
import { YamlFile } from '../bundle/YamlFile';
import { Faults } from '../bundle/Faults';
import { compileJsonSchema } from '../text/jsonSchema';
import { parsePath, referenceRoots } from './Scope';

type Path = Array<string | number>;

/** Tools that come from elsewhere than the bundle's files. */
const OTHER_TOOL = /__/;

/** Looks at one composition, step by step. */
class CompositionReview {
  /** Steps and branches that come before the one looked at. */
  private readonly earlier = new Set<string>();

  constructor(
    private readonly content: BundleContent,
    private readonly spec: CompositionSpec,
    private readonly at: Path,
    private readonly faults: Faults,
  ) {}

  run(): void {
    const { spec, at, faults } = this;
    const names = spec.steps.map(({ id }) => id);
    if (spec.steps.length === 0) faults.add(at, 'There are no steps');
    if (spec.output !== undefined) {
      faults.addMissing([...at, 'output'], 'step', spec.output, [
        ...names,
        ...spec.steps.flatMap(({ branches }) =>
          (branches ?? []).map(({ id }) => id),
        ),
      ]);
    }
    for (const [index, step] of spec.steps.entries()) {
      const place = [...at, 'steps', index];
      const later = names.slice(index + 1);
      this.reviewStep(step, later, place);
      for (const { id } of step.branches ?? []) this.name(id, place);
      this.name(step.id, place);
    }
  }

  private name(id: string, at: Path): void {
    if (id === 'input' || this.earlier.has(id)) {
      this.faults.add(
        [...at, 'id'],
        id === 'input'
          ? 'A step cannot be called "input": references to it lead to what the user said'
          : `Two steps have the id "${id}"`,
      );
    }
    this.earlier.add(id);
  }

  private reviewStep(step: StepSpec, later: string[], at: Path): void {
    const { faults, earlier } = this;
    for (const [index, id] of (step.depends_on ?? []).entries()) {
      faults.addMissing([...at, 'depends_on', index], 'earlier step', id, [
        ...earlier,
      ]);
    }
    switch (step.kind) {
      case 'branch':
        this.reviewBranch(step, later, at);
        return;
      case 'parallel':
        this.reviewParallel(step, at);
        return;
      default:
        this.reviewLeaf({ ...step, kind: step.kind }, at);
    }
  }

  private reviewBranch(step: StepSpec, later: string[], at: Path): void {
    const { faults } = this;
    if (step.predicate) {
      this.reviewPredicate(step.predicate, [...at, 'predicate']);
    } else {
      faults.add(at, 'A branch needs a predicate');
    }
    if (step.then === undefined) faults.add(at, 'A branch needs then');
    for (const field of ['then', 'else'] as const) {
      const target = step[field];
      // Steps run in their order: a branch decides about those that are still to come.
      if (target !== undefined) {
        faults.addMissing([...at, field], 'later step', target, later);
      }
    }
  }

  private reviewPredicate(predicate: PredicateSpec, at: Path): void {
    const { all_of: all, any_of: any, not, path, op, exists } = predicate;
    for (const [field, parts] of Object.entries({ all_of: all, any_of: any })) {
      parts?.forEach((part, index) =>
        this.reviewPredicate(part, [...at, field, index]),
      );
    }
    if (not) this.reviewPredicate(not, [...at, 'not']);
    if (all || any || not) return;
    if (path === undefined || (op === undefined && exists === undefined)) {
      this.faults.add(
        at,
        'A condition needs all_of, any_of, not, or a path with op or exists',
      );
      return;
    }
    this.reviewRoots([parsePath(path)[0]], [...at, 'path']);
    this.reviewRoots(referenceRoots(predicate.value), [...at, 'value']);
  }

  private reviewParallel(step: StepSpec, at: Path): void {
    const branches = step.branches ?? [];
    if (branches.length < 2) {
      this.faults.add(at, 'A parallel step needs at least two branches');
    }
    for (const [index, leaf] of branches.entries()) {
      this.reviewLeaf(leaf, [...at, 'branches', index]);
    }
  }

  private reviewLeaf(leaf: LeafSpec, at: Path): void {
    const { faults, content } = this;
    const tools = [...content.tools.keys()];
    if (leaf.kind === 'tool') {
      const { tool = '' } = leaf;
      if (!OTHER_TOOL.test(tool)) {
        faults.addMissing([...at, 'tool'], 'tool', tool, tools);
      }
      this.reviewRoots(referenceRoots(leaf.args), [...at, 'args']);
      return;
    }
    faults.addMissing(
      [...at, 'prompt_task'],
      'task_type',
      leaf.prompt_task ?? '',
      [...content.prompts.keys()],
    );
    this.reviewRoots(referenceRoots(leaf.input), [...at, 'input']);
    this.reviewForm(leaf, [...at, 'output_schema']);
    for (const [index, name] of (leaf.tools ?? []).entries()) {
      if (OTHER_TOOL.test(name) || name.endsWith('*')) continue;
      faults.addMissing([...at, 'tools', index], 'tool', name, tools);
    }
  }

  private reviewForm({ output_schema: named }: LeafSpec, at: Path): void {
    // A file that cannot be read is a problem of its own.
    const schema =
      typeof named === 'string' ? this.content.stepSchemas.get(named) : named;
    if (schema === undefined) return;
    const compiled = compileJsonSchema(schema);
    if (typeof compiled === 'string') this.faults.add(at, compiled);
  }

  private reviewRoots(roots: readonly string[], at: Path): void {
    const known = ['input', ...this.earlier];
    for (const root of roots) {
      this.faults.addMissing(at, 'earlier step', root, known);
    }
  }
}

/**
 * Says what is wrong with the compositions of a bundle: steps that lack what their kind needs, names of steps, prompts and
 * tools that do not exist, references and branches that lead back, and fields that nothing reads.
 *
 * @param yaml - the arena file
 */
export function compositionProblems(content: BundleContent, yaml: YamlFile) {
  const faults = new Faults(yaml);
  const { compositions } = content.arena;
  for (const [name, spec] of Object.entries(compositions ?? {})) {
    const at = ['spec', 'compositions', name];
    faults.addUnknown(unknownKeys(compositionSchema, yaml.valueAt(at), at));
    new CompositionReview(content, spec, at, faults).run();
  }
  return faults.problems;
}
