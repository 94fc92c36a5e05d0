import { BundleContent } from '../bundle/BundleContent';
import { WorkflowSpec } from '../bundle/schemas/workflow';
import { Composition } from '../compositions/Composition';
import { BundleFault } from '../conversation/errors';
import { Session } from '../conversation/SessionFeature';
import { WorkflowConversation } from './WorkflowConversation';
import { createWorkflowTools, WorkflowTools } from './workflowTools';

/** The workflow of a bundle, with everything compiled that is the same for all conversations. */
export class Workflow {
  readonly tools: WorkflowTools;
  private readonly compositions: ReadonlyMap<string, Composition>;

  private constructor(readonly spec: WorkflowSpec, content: BundleContent) {
    this.tools = createWorkflowTools(spec);
    this.compositions = new Map(
      Object.entries(content.arena.compositions ?? {}).map(
        ([name, composition]) => [
          name,
          new Composition(name, composition, content.stepSchemas),
        ],
      ),
    );
  }

  /** @returns undefined when the bundle has no workflow. */
  static of(content: BundleContent): Workflow | undefined {
    const { workflow } = content.arena;
    return workflow ? new Workflow(workflow, content) : undefined;
  }

  /** @throws BundleFault when the scenario begins in no state of the workflow. */
  open(session: Session): WorkflowConversation {
    const start = this.startOf(session.scenario.spec.task_type ?? '');
    return new WorkflowConversation(this, session, start);
  }

  /** @throws BundleFault when the bundle has no such composition. */
  composition(name: string): Composition {
    const composition = this.compositions.get(name);
    if (composition) return composition;
    const known = [...this.compositions.keys()].join(', ') || 'none';
    throw new BundleFault(
      `Composition "${name}" does not exist: the bundle has ${known}`,
    );
  }

  /** A scenario without a task begins at the entry; one with a task in the state that it belongs to. */
  private startOf(task: string): string {
    const { entry, states } = this.spec;
    if (!Object.hasOwn(states, entry)) {
      throw new BundleFault(
        `The workflow's entry "${entry}" is no state: allowed are ${Object.keys(
          states,
        ).join(', ')}`,
      );
    }
    if (task === '' || states[entry].prompt_task === task) return entry;
    const matching = Object.keys(states).filter(
      name => states[name].prompt_task === task,
    );
    if (matching.length === 1) return matching[0];
    const tasks = Object.values(states).map(state => state.prompt_task);
    throw new BundleFault(
      matching.length === 0
        ? `task_type "${task}" belongs to no state of the workflow: allowed are ${[
            ...new Set(tasks),
          ].join(', ')}`
        : `task_type "${task}" belongs to several states of the workflow: ${matching.join(
            ', ',
          )}`,
    );
  }
}
