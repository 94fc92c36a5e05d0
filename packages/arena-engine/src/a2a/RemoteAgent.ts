import { randomUUID } from 'node:crypto';
import { AgentSpec } from '../bundle/schemas/a2a';
import { asMap } from '../checks/CheckParams';
import { BundleFault } from '../conversation/errors';
import { SecretReader } from '../providers/SecretReader';
import { HttpClient, HttpResponse } from '../tools/http/HttpClient';
import { Tool } from '../tools/Tool';
import { ToolError } from '../tools/ToolHandler';
import { pause } from '../util/pause';
import { agentTool } from './agentTool';
import { AgentAnswer, readAnswer, rpcRequest } from './messages';

const DEFAULT_TIMEOUT_MS = 60_000;
const DISCOVERY_TIMEOUT_MS = 15_000;
const MAX_CARD_BYTES = 1024 * 1024;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const POLL_MS = 500;
/** The second is where agents of the first versions of the protocol have it. */
const CARD_PATHS = ['.well-known/agent-card.json', '.well-known/agent.json'];

interface Card {
  name: string;
  description?: string;
  endpoint: URL;
  skills: Array<{ id: string; name?: string; description?: string }>;
}

/** An agent elsewhere, spoken to in JSON-RPC. */
export class RemoteAgent {
  private requests = 0;

  private constructor(
    private readonly spec: AgentSpec,
    private readonly card: Card,
    private readonly headers: Record<string, string>,
    private readonly http: HttpClient,
  ) {}

  /**
   * Reads the agent's card.
   *
   * @throws BundleFault when there is no token for it.
   * @throws Error when the agent cannot be reached, or has no card.
   */
  static async discover(
    spec: AgentSpec,
    url: string,
    options: { http: HttpClient; secrets: SecretReader },
  ): Promise<RemoteAgent> {
    const headers = headersOf(spec, options.secrets);
    const base = new URL(url);
    if (!base.pathname.endsWith('/')) base.pathname += '/';
    const signal = AbortSignal.timeout(DISCOVERY_TIMEOUT_MS);
    let answer: HttpResponse | undefined;
    for (const path of CARD_PATHS) {
      answer = await options.http.send(
        {
          url: new URL(path, base),
          method: 'GET',
          headers: new Headers(headers),
        },
        { signal, maxBytes: () => MAX_CARD_BYTES },
      );
      if (answer.status === 200) break;
    }
    if (answer?.status !== 200) {
      throw new Error(
        `there is no agent card: ${base.origin} answered with status ${answer?.status}`,
      );
    }
    const card = readCard(answer.body.toString('utf8'), new URL(url));
    return new RemoteAgent(spec, card, headers, options.http);
  }

  /** The agent's skills as tools of one conversation, which the agent may remember. */
  tools(): Tool[] {
    const { allowlist, blocklist } = this.spec.skill_filter ?? {};
    const conversation: { contextId?: string } = {};
    return this.card.skills
      .filter(
        ({ id }) =>
          (!allowlist?.length || allowlist.includes(id)) &&
          !blocklist?.includes(id),
      )
      .map(skill =>
        agentTool({
          card: this.card,
          skill,
          timeoutMs: this.spec.timeout_ms ?? DEFAULT_TIMEOUT_MS,
          handler: {
            handle: async ({ query }, { signal }) => {
              const answer = await this.ask(
                String(query),
                skill.id,
                conversation.contextId,
                signal,
              );
              conversation.contextId =
                answer.contextId ?? conversation.contextId;
              return { value: answer.text };
            },
          },
        }),
      );
  }

  private async ask(
    query: string,
    skill: string,
    contextId: string | undefined,
    signal: AbortSignal,
  ): Promise<AgentAnswer> {
    let answer = await this.send(
      'message/send',
      {
        message: {
          kind: 'message',
          messageId: randomUUID(),
          role: 'user',
          parts: [{ kind: 'text', text: query }],
          metadata: { skillId: skill },
          ...(contextId ? { contextId } : {}),
        },
        configuration: { acceptedOutputModes: ['text/plain'], blocking: true },
      },
      signal,
    );
    while (answer.pending) {
      await pause(POLL_MS, signal);
      answer = await this.send('tasks/get', { id: answer.pending }, signal);
    }
    return answer;
  }

  private async send(
    method: string,
    params: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<AgentAnswer> {
    this.requests += 1;
    const response = await this.http.send(
      {
        url: this.card.endpoint,
        method: 'POST',
        headers: new Headers({
          ...this.headers,
          'content-type': 'application/json',
          accept: 'application/json',
        }),
        body: rpcRequest(this.requests, method, params),
      },
      { signal, maxBytes: () => MAX_ANSWER_BYTES },
    );
    if (response.status < 200 || response.status > 299) {
      throw new ToolError(`the agent answered with status ${response.status}`);
    }
    return readAnswer(response.body.toString('utf8'));
  }
}

function headersOf(
  { auth, headers }: AgentSpec,
  secrets: SecretReader,
): Record<string, string> {
  secrets.rememberFields(headers);
  let token = auth?.token;
  if (token) secrets.remember(token);
  if (!token && auth?.token_env) {
    token = secrets.variable(auth.token_env, 'auth.token_env');
    if (!token) {
      throw new BundleFault(
        `the environment variable ${auth.token_env} (auth.token_env) is not set`,
      );
    }
  }
  return {
    ...headers,
    ...(token ? { authorization: `${auth?.scheme || 'Bearer'} ${token}` } : {}),
  };
}

/** @throws Error when the text is no card. */
function readCard(text: string, url: URL): Card {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error('the agent card is not JSON');
  }
  const card = asMap(parsed);
  if (typeof card?.name !== 'string' || card.name === '') {
    throw new Error('the agent card has no name');
  }
  const skills = Array.isArray(card.skills) ? card.skills : [];
  return {
    name: card.name,
    description: textOf(card.description),
    endpoint: endpointOf(card.url, url),
    skills: skills.flatMap(entry => {
      const skill = asMap(entry);
      if (typeof skill?.id !== 'string' || skill.id === '') return [];
      return [
        {
          id: skill.id,
          name: textOf(skill.name),
          description: textOf(skill.description),
        },
      ];
    }),
  };
}

/**
 * Where requests go. They carry the token that the bundle's author meant for this server, so a card cannot send them to another
 * one; cards behind a proxy often name an address that nobody else can reach.
 */
function endpointOf(named: unknown, url: URL): URL {
  if (typeof named !== 'string' || !URL.canParse(named, url.href)) return url;
  const endpoint = new URL(named, url);
  return endpoint.origin === url.origin ? endpoint : url;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
