import { AgentSpec } from '../bundle/schemas/a2a';
import { Feature, SessionFeature } from '../conversation/SessionFeature';
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
  private constructor(
    private readonly local: readonly Tool[],
    private readonly remote: readonly RemoteAgent[],
    private readonly http: HttpClient,
  ) {}

  /** @throws Error when a remote agent cannot be found. */
  static async open(
    agents: readonly AgentSpec[],
    options: { quirks: Quirks; secrets: SecretReader },
  ): Promise<AgentsFeature> {
    const http = new HttpClient();
    try {
      const remote = await Promise.all(
        agents.flatMap(spec =>
          spec.url ? [discover(spec, spec.url, http, options.secrets)] : [],
        ),
      );
      const local = agents.flatMap(spec => localTools(spec, options.quirks));
      return new AgentsFeature(local, remote, http);
    } catch (error) {
      await http.close();
      throw error;
    }
  }

  open(): SessionFeature {
    const tools = [
      ...this.local,
      ...this.remote.flatMap(agent => agent.tools()),
    ];
    return { tools: () => tools };
  }

  close(): Promise<void> {
    return this.http.close();
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

/** Tries a few times: an agent may be starting just as the run does. */
async function discover(
  spec: AgentSpec,
  url: string,
  http: HttpClient,
  secrets: SecretReader,
): Promise<RemoteAgent> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await RemoteAgent.discover(spec, url, { http, secrets });
    } catch (error) {
      if (attempt >= DISCOVERIES) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`Agent "${spec.name ?? url}": ${reason}`);
      }
      await pause(BETWEEN_DISCOVERIES_MS, new AbortController().signal);
    }
  }
}
