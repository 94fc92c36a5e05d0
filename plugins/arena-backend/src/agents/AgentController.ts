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
import { RecentLooks } from '../reconciler/RecentLooks';
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
  /** Why the agent was not reached, if it was not. */
  private readonly looks: RecentLooks<string | undefined>;

  constructor(options: AgentControllerOptions) {
    this.options = options;
    this.looks = new RecentLooks(options.clock);
    this.statuses = new StatusWriter(options.store);
  }

  async reconcile(key: ObjectKey): Promise<ReconcileResult> {
    const { store, events, clock } = this.options;
    const agent = await getOrUndefined<AgentRuntime>(
      store,
      'AgentRuntime',
      key,
    );
    if (!agent || agent.metadata.deletionTimestamp) {
      this.looks.forget(key);
      return {};
    }

    const facade = agentFacade(agent.spec);
    const known = 'url' in facade ? facade.url : undefined;
    const probe = known ? await this.probe(agent, known) : undefined;
    const failure = probe?.found;
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
    return probe ? { requeueAfterMs: probe.dueInMs } : {};
  }

  async stepDown(): Promise<void> {
    this.looks.clear();
  }

  private async probe(
    agent: AgentRuntime,
    url: string,
  ): Promise<{ found: string | undefined; dueInMs: number }> {
    const recent = this.looks.find(agent, INTERVAL_MS);
    if (recent) return recent;
    const found = await this.options.web.probeWebSocket(
      url.replace(/^ws/, 'http'),
      { timeoutMs: PROBE_TIMEOUT_MS },
    );
    this.looks.keep(agent, found);
    return { found, dueInMs: INTERVAL_MS };
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
