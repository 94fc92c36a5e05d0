import { WorkflowSpec, StateSpec } from '../bundle/schemas/workflow';
import { TransitionRecord, WorkflowView } from '../checks/Check';

/** How much of the budget a conversation has used, as the machine cannot know it. */
export interface WorkflowUse {
  toolCalls: number;
  /** Milliseconds since the conversation began. */
  elapsedMs: number;
}

type Move = { to: string; redirected: boolean };

/** The states of one conversation: where it stands, where it was, and where it may go. */
export class WorkflowMachine {
  private readonly visits = new Map<string, number>();
  private readonly history: TransitionRecord[] = [];
  private current: string;

  constructor(
    private readonly spec: WorkflowSpec,
    private readonly initial: string,
  ) {
    this.current = initial;
    this.visits.set(initial, 1);
  }

  get name(): string {
    return this.current;
  }

  get state(): StateSpec {
    return this.spec.states[this.current];
  }

  /** Nothing leads out of the current state. */
  get isComplete(): boolean {
    return isTerminal(this.state);
  }

  get view(): WorkflowView {
    return {
      initial: this.initial,
      current: this.current,
      complete: this.isComplete,
      transitions: this.history,
    };
  }

  /** Why an event would be refused now; undefined when it would not. */
  refusal(event: string, use: WorkflowUse): string | undefined {
    const move = this.moveFor(event, use);
    return typeof move === 'string' ? move : undefined;
  }

  /**
   * Takes the transition of an event.
   *
   * @param messages - how many messages there are by now
   * @returns false when it is refused; nothing has changed then.
   */
  fire(event: string, use: WorkflowUse, messages: number): boolean {
    const move = this.moveFor(event, use);
    if (typeof move === 'string') return false;
    this.history.push({
      from: this.current,
      to: move.to,
      event,
      at: messages,
      ...(move.redirected ? { redirected: true } : {}),
    });
    this.current = move.to;
    this.visits.set(move.to, this.visited(move.to) + 1);
    return true;
  }

  private moveFor(event: string, use: WorkflowUse): Move | string {
    const { name, state } = this;
    if (this.isComplete) return `the state "${name}" is terminal`;
    const events = state.on_event ?? {};
    if (!Object.hasOwn(events, event)) {
      return `the state "${name}" has no event "${event}": allowed are ${Object.keys(
        events,
      ).join(', ')}`;
    }
    return this.overBudget(use) ?? this.limited(events[event]);
  }

  private overBudget({ toolCalls, elapsedMs }: WorkflowUse) {
    const budget = this.spec.engine?.budget ?? {};
    // Each transition is one visit more, beside that of the first state.
    const used: Array<[name: string, used: number, max: number | undefined]> = [
      ['max_total_visits', this.history.length + 1, budget.max_total_visits],
      ['max_tool_calls', toolCalls, budget.max_tool_calls],
      ['max_wall_time_sec', elapsedMs / 1_000, budget.max_wall_time_sec],
    ];
    const over = used.find(([, value, max]) => max && value >= max);
    return over && `the budget ${over[0]} of ${over[2]} is used up`;
  }

  /** A state that was visited often enough hands its visitors on. */
  private limited(target: string): Move | string {
    const { states } = this.spec;
    if (!Object.hasOwn(states, target)) {
      return `the state "${target}" does not exist`;
    }
    const { max_visits: max, on_max_visits: fallback } = states[target];
    if (!max || this.visited(target) < max) {
      return { to: target, redirected: false };
    }
    if (!fallback) {
      return `the state "${target}" was visited ${max} times, and has no on_max_visits`;
    }
    return Object.hasOwn(states, fallback)
      ? { to: fallback, redirected: true }
      : `the state "${fallback}" does not exist`;
  }

  private visited(state: string): number {
    return this.visits.get(state) ?? 0;
  }
}

export function isTerminal(state: StateSpec): boolean {
  return (
    state.terminal === true || Object.keys(state.on_event ?? {}).length === 0
  );
}
