import {
  agentFacade,
  AgentRuntime,
  AgentRuntimePhase,
  AgentRuntimeStatus,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import {
  EventRecorder,
  ResourceStore,
} from '@backstage-arena/plugin-arena-node';
import { Observation, withConditions } from '../reconciler/conditions';
import { Controller, ReconcileResult } from '../reconciler/Controller';
import { getOrUndefined } from '../reconciler/getOrUndefined';
import { StatusWriter } from '../reconciler/StatusWriter';
import { Clock } from '../time/Clock';
import { PROBE_TIMEOUT_MS, Web } from '../web/Web';

/** Options of an {@link AgentController}. */
export interface AgentControllerOptions {
  store: ResourceStore;
  events: EventRecorder;
  web: Web;
  clock: Clock;
}

const INTERVAL_MS = 30_000;

/**
 * Says of each AgentRuntime where it is reached and whether it answers. It asks without opening a session: an agent that is looked at
 * every half minute would otherwise have thousands of empty ones a day.
 */
export class AgentController implements Controller {
  readonly kind = 'AgentRuntime' as const;
  private readonly options: AgentControllerOptions;
  private readonly statuses: StatusWriter;

  constructor(options: AgentControllerOptions) {
    this.options = options;
    this.statuses = new StatusWriter(options.store);
  }

  async reconcile(key: ObjectKey): Promise<ReconcileResult> {
    const { store, events, web, clock } = this.options;
    const agent = await getOrUndefined<AgentRuntime>(
      store,
      'AgentRuntime',
      key,
    );
    if (!agent || agent.metadata.deletionTimestamp) return {};

    const facade = agentFacade(agent.spec);
    const known = 'url' in facade ? facade.url : undefined;
    const failure =
      known &&
      (await web.probeWebSocket(known.replace(/^ws/, 'http'), {
        timeoutMs: PROBE_TIMEOUT_MS,
      }));
    const observation = observe(
      'missing' in facade ? facade.missing : undefined,
      failure,
    );
    const { generation } = agent.metadata;
    const status: AgentRuntimeStatus = {
      ...agent.status,
      phase: phaseOf(known, failure),
      observedGeneration: generation,
      conditions: withConditions(
        agent.status?.conditions,
        [{ ...observation, type: 'EndpointReachable' }, observation],
        { now: clock.now(), generation },
      ),
      serviceEndpoint: known && new URL(known).host,
      facade: { endpoints: known ? [{ type: 'websocket', url: known }] : [] },
    };
    const { written } = await this.statuses.write(agent, status);
    if (written && agent.status?.phase !== status.phase) {
      await events.record(agent, {
        type: status.phase === 'Running' ? 'Normal' : 'Warning',
        reason: observation.reason,
        message: observation.message,
      });
    }
    return known ? { requeueAfterMs: INTERVAL_MS } : {};
  }
}

function phaseOf(
  url: string | undefined,
  failure: string | undefined,
): AgentRuntimePhase {
  if (!url) return 'Pending';
  return failure ? 'Failed' : 'Running';
}

function observe(
  missing: string | undefined,
  failure: string | undefined,
): Observation {
  const type = 'Ready';
  if (missing) {
    return {
      type,
      status: 'False',
      reason: 'EndpointUnknown',
      message: missing,
    };
  }
  return failure
    ? { type, status: 'False', reason: 'EndpointUnreachable', message: failure }
    : {
        type,
        status: 'True',
        reason: 'EndpointReachable',
        message: 'The agent answers',
      };
}
