import { WorkflowView } from '../checks/Check';
import { Composition } from '../compositions/Composition';
import { StateStamp } from '../conversation/messages';
import { Session, WorkflowSession } from '../conversation/SessionFeature';
import { Variables } from '../templates/placeholders';
import { answered } from '../tools/SessionTool';
import { failed, Tool, ToolOutcome } from '../tools/Tool';
import { Artifacts } from './Artifacts';
import type { Workflow } from './Workflow';
import { WorkflowMachine } from './WorkflowMachine';

interface Transition {
  event: string;
  context: string;
}

/** The workflow of one conversation. */
export class WorkflowConversation implements WorkflowSession {
  private readonly machine: WorkflowMachine;
  private readonly artifacts: Artifacts;
  private readonly bound: readonly Tool[];
  private readonly startedAt = performance.now();
  private pending?: Transition;
  private context = '';
  private entered = -1;

  constructor(
    private readonly workflow: Workflow,
    private readonly session: Session,
    start: string,
  ) {
    const { spec, tools } = workflow;
    this.machine = new WorkflowMachine(spec, start);
    this.artifacts = new Artifacts(spec.states);
    this.bound = [
      ...(tools.transition
        ? [tools.transition.bind(args => this.schedule(args))]
        : []),
      ...(tools.setArtifact
        ? [tools.setArtifact.bind(args => this.keep(args))]
        : []),
    ];
  }

  get view(): WorkflowView {
    return this.machine.view;
  }

  get promptTask(): string {
    return this.machine.state.prompt_task ?? '';
  }

  get enteredAt(): number {
    return this.entered;
  }

  get skills(): string | undefined {
    return this.machine.state.skills;
  }

  get composition(): Composition | undefined {
    const { orchestration, composition } = this.machine.state;
    return orchestration === 'composition'
      ? this.workflow.composition(composition ?? '')
      : undefined;
  }

  tools(): readonly Tool[] {
    return this.bound;
  }

  variables(): Variables {
    return { workflow_context: this.context, ...this.artifacts.variables() };
  }

  stamp(): StateStamp {
    const { name, state, isComplete } = this.machine;
    return {
      state: name,
      ...(state.description ? { description: state.description } : {}),
      terminal: isComplete,
    };
  }

  commit(at: { turn: number; messages: number }): 'stayed' | 'moved' | 'away' {
    const { pending, machine } = this;
    this.pending = undefined;
    if (!pending || !machine.fire(pending.event, this.use(), at.messages)) {
      return 'stayed';
    }
    this.context = pending.context;
    this.entered = at.turn;
    const { orchestration } = machine.state;
    return orchestration === 'external' || orchestration === 'composition'
      ? 'away'
      : 'moved';
  }

  private schedule(args: Record<string, unknown>): ToolOutcome {
    const event = String(args.event);
    if (!this.session.quirks.transitionsNeverRefused) {
      const refusal = this.pending
        ? `the transition "${this.pending.event}" was called for already`
        : this.machine.refusal(event, this.use());
      if (refusal) return failed(refusal, 'execution');
    }
    this.pending = { event, context: String(args.context) };
    return answered({ status: 'transition_scheduled', event });
  }

  private keep(args: Record<string, unknown>): ToolOutcome {
    const name = String(args.name);
    this.artifacts.set(name, String(args.value), this.machine.name);
    return answered({ status: 'artifact_set', name });
  }

  private use() {
    return {
      toolCalls: this.session.toolCalls,
      elapsedMs: performance.now() - this.startedAt,
    };
  }
}
