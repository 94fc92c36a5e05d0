import { WorkflowSpec } from '../bundle/schemas/workflow';
import { compareBytes } from '../text/goText';
import { SessionTool } from '../tools/SessionTool';

export interface WorkflowTools {
  /** Absent when no state has an event. */
  transition?: SessionTool;
  /** Absent when no state declares artifacts. */
  setArtifact?: SessionTool;
}

/** What models are told of a workflow. It is the same in all states, as providers keep tool lists of conversations. */
export function createWorkflowTools(spec: WorkflowSpec): WorkflowTools {
  const events = namesOf(spec, state => state.on_event);
  const artifacts = namesOf(spec, state => state.artifacts);
  return {
    ...(events.length > 0 ? { transition: transitionTool(spec, events) } : {}),
    ...(artifacts.length > 0 ? { setArtifact: artifactTool(artifacts) } : {}),
  };
}

function transitionTool(spec: WorkflowSpec, events: string[]): SessionTool {
  const states = Object.entries(spec.states).flatMap(([name, state]) => {
    const moves = Object.entries(state.on_event ?? {})
      .map(([event, target]) => `${event} (to ${target})`)
      .join(', ');
    return moves ? [`${name}: ${moves}`] : [];
  });
  return new SessionTool({
    name: 'workflow__transition',
    description: `Moves the conversation to another state. Events by state: ${states.join(
      '; ',
    )}.`,
    inputSchema: {
      type: 'object',
      properties: {
        event: {
          type: 'string',
          enum: events,
          description: 'What happened.',
        },
        context: {
          type: 'string',
          description: 'What the next state needs to know of the conversation.',
        },
      },
      required: ['event', 'context'],
    },
  });
}

function artifactTool(names: string[]): SessionTool {
  return new SessionTool({
    name: 'workflow__set_artifact',
    description: 'Keeps a result for later states of the workflow.',
    inputSchema: {
      type: 'object',
      properties: {
        name: { type: 'string', enum: names },
        value: { type: 'string' },
      },
      required: ['name', 'value'],
    },
  });
}

function namesOf(
  { states }: WorkflowSpec,
  maps: (
    state: WorkflowSpec['states'][string],
  ) => Record<string, unknown> | null | undefined,
): string[] {
  const names = Object.values(states).flatMap(state =>
    Object.keys(maps(state) ?? {}),
  );
  return [...new Set(names)].sort(compareBytes);
}
