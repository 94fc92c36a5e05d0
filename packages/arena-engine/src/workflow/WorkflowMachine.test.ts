import { workflowSchema, WorkflowSpec } from '../bundle/schemas/workflow';
import { WorkflowMachine } from './WorkflowMachine';

const UNUSED = { toolCalls: 0, elapsedMs: 0 };

function spec(more: Partial<WorkflowSpec> = {}): WorkflowSpec {
  return workflowSchema.parse({
    entry: 'draft',
    states: {
      draft: { on_event: { Review: 'review', Drop: 'gone' } },
      review: {
        on_event: { Revise: 'draft', Again: 'review', Accept: 'done' },
        max_visits: 2,
        on_max_visits: 'done',
      },
      done: { terminal: true, on_event: { Reopen: 'draft' } },
    },
    ...more,
  });
}

function fire(machine: WorkflowMachine, ...events: string[]): boolean[] {
  return events.map((event, index) => machine.fire(event, UNUSED, index));
}

describe('WorkflowMachine', () => {
  it('remembers where it came from, by which event, and after how many messages', () => {
    const machine = new WorkflowMachine(spec(), 'draft');
    expect(fire(machine, 'Review', 'Revise')).toEqual([true, true]);
    expect(machine.view).toEqual({
      initial: 'draft',
      current: 'draft',
      complete: false,
      transitions: [
        { from: 'draft', to: 'review', event: 'Review', at: 0 },
        { from: 'review', to: 'draft', event: 'Revise', at: 1 },
      ],
    });
  });

  it.each([
    ['Accept', /"draft" has no event "Accept": allowed are Review, Drop/],
    ['Drop', /the state "gone" does not exist/],
    ['toString', /has no event/],
  ])('refuses %s and stays', (event, reason) => {
    const machine = new WorkflowMachine(spec(), 'draft');
    expect(machine.refusal(event, UNUSED)).toMatch(reason);
    expect(fire(machine, event)).toEqual([false]);
    expect(machine.view).toMatchObject({ current: 'draft', transitions: [] });
  });

  it('does not leave a terminal state, even by one of its events', () => {
    const machine = new WorkflowMachine(spec(), 'done');
    expect(fire(machine, 'Reopen')).toEqual([false]);
    expect(machine.isComplete).toBe(true);
  });

  it('is complete in a state without events', () => {
    const states = { ...spec().states, review: {} };
    const machine = new WorkflowMachine(spec({ states }), 'draft');
    expect(machine.isComplete).toBe(false);
    fire(machine, 'Review');
    expect(machine.isComplete).toBe(true);
  });

  it('hands visitors on when a state was visited often enough', () => {
    const machine = new WorkflowMachine(spec(), 'draft');
    fire(machine, 'Review', 'Again', 'Again');
    expect(machine.view.transitions.map(({ to }) => to)).toEqual([
      'review',
      'review',
      'done',
    ]);
    expect(machine.view.transitions[2]).toMatchObject({
      event: 'Again',
      redirected: true,
    });
  });

  it('counts beginning in a state as a visit', () => {
    const machine = new WorkflowMachine(spec(), 'review');
    fire(machine, 'Again');
    expect(machine.name).toBe('review');
    fire(machine, 'Again');
    expect(machine.name).toBe('done');
  });

  it('refuses a visit too many where there is no other state to go to', () => {
    const { draft, review, done } = spec().states;
    const states = {
      draft,
      review: { ...review, max_visits: 1, on_max_visits: undefined },
      done,
    };
    const machine = new WorkflowMachine(spec({ states }), 'draft');
    expect(fire(machine, 'Review', 'Again')).toEqual([true, false]);
    expect(machine.name).toBe('review');
  });

  it.each([
    [{ max_total_visits: 3 }, UNUSED, [true, true, false]],
    [{ max_total_visits: 0 }, UNUSED, [true, true, true]],
    [{ max_tool_calls: 2 }, { ...UNUSED, toolCalls: 1 }, [true, true, true]],
    [{ max_tool_calls: 2 }, { ...UNUSED, toolCalls: 2 }, [false, false, false]],
    [
      { max_wall_time_sec: 2 },
      { ...UNUSED, elapsedMs: 1999 },
      [true, true, true],
    ],
    [
      { max_wall_time_sec: 2 },
      { ...UNUSED, elapsedMs: 2000 },
      [false, false, false],
    ],
  ])('holds to the budget %j at %j', (budget, use, expected) => {
    const machine = new WorkflowMachine(spec({ engine: { budget } }), 'draft');
    expect(
      ['Review', 'Revise', 'Review'].map(event => machine.fire(event, use, 0)),
    ).toEqual(expected);
  });

  it('does not count refused events against the budget', () => {
    const engine = { budget: { max_total_visits: 2 } };
    const machine = new WorkflowMachine(spec({ engine }), 'draft');
    expect(fire(machine, 'Accept', 'Accept', 'Review')).toEqual([
      false,
      false,
      true,
    ]);
  });
});
