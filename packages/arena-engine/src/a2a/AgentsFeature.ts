import { AgentSpec } from '../bundle/schemas/a2a';
import { BundleFault } from '../conversation/errors';
import { Feature, SessionFeature } from '../conversation/SessionFeature';
import { ProviderError } from '../providers/ChatProvider';
import { SecretReader } from '../providers/SecretReader';
import { Quirks } from '../quirks/quirks';
import { HttpClient } from '../tools/http/HttpClient';
import { Tool } from '../tools/Tool';
import { pause } from '../util/pause';
import { agentTool } from './agentTool';
import { RemoteAgent } from './RemoteAgent';
import { ruleHandler } from './ruleHandler';

const DISCOVERIES = 3;
const BETWEEN_DISCOVERIES_MS = 1_000;

/** The agents of a bundle, each of their skills a tool. */
export class AgentsFeature implements Feature {
  private readonly local: readonly Tool[];
  private readonly http = new HttpClient();
  private readonly closing = new AbortController();
  private discovering?: Promise<RemoteAgent[]>;
  private remote?: readonly RemoteAgent[];

  constructor(
    private readonly agents: readonly AgentSpec[],
    private readonly options: { quirks: Quirks; secrets: SecretReader },
  ) {
    this.local = agents.flatMap(spec => localTools(spec, options.quirks));
  }

  get isReady(): boolean {
    return this.remote !== undefined;
  }

  /**
   * Reads the cards of the remote agents, once for all conversations.
   *
   * @throws ProviderError when one cannot be read; the next call tries again.
   * @throws BundleFault when the bundle does not say how.
   */
  async ready(): Promise<void> {
    this.discovering ??= Promise.all(
      this.agents.flatMap(spec =>
        spec.url ? [this.discover(spec, spec.url)] : [],
      ),
    );
    try {
      this.remote = await this.discovering;
    } catch (error) {
      this.discovering = undefined;
      throw error;
    }
  }

  open(): SessionFeature {
    const tools = [
      ...this.local,
      ...(this.remote ?? []).flatMap(agent => agent.tools()),
    ];
    return { tools: () => tools };
  }

  close(): Promise<void> {
    this.closing.abort(new Error('the run is over'));
    return this.http.close();
  }

  /** Tries a few times: an agent may be starting just as the run does. */
  private async discover(spec: AgentSpec, url: string): Promise<RemoteAgent> {
    const { http, closing } = this;
    const { secrets } = this.options;
    for (let attempt = 1; ; attempt++) {
      closing.signal.throwIfAborted();
      try {
        return await RemoteAgent.discover(spec, url, { http, secrets });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const message = `Agent "${spec.name ?? url}": ${reason}`;
        if (error instanceof BundleFault) throw new BundleFault(message);
        if (attempt >= DISCOVERIES) {
          throw new ProviderError('connection', message, true);
        }
        await pause(BETWEEN_DISCOVERIES_MS, closing.signal);
      }
    }
  }
}

function localTools({ card, responses }: AgentSpec, quirks: Quirks): Tool[] {
  if (!card) return [];
  return (card.skills ?? []).map(skill =>
    agentTool({
      card,
      skill,
      handler: ruleHandler(skill.id, responses ?? [], quirks),
    }),
  );
}
