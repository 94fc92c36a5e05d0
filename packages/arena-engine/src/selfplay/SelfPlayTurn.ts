import { PersonaEntry } from '../bundle/BundleContent';
import { Conversation } from '../conversation/Conversation';
import { BundleFault } from '../conversation/errors';
import { UserInput } from '../conversation/toMessages';
import { PreparedTurn } from '../conversation/PreparedScenario';
import { ProviderError } from '../providers/ChatProvider';
import { RolePlayer } from '../runner/RoleProviders';
import { findOddities } from './oddities';
import { COMPLETION_MARKER, personaPrompt } from './personaPrompt';
import { swapRoles, withOpening } from './swapRoles';

const DEFAULT_TEMPERATURE = 0.7;
/** A user says little; one who may end the conversation needs room for saying so. */
const MAX_TOKENS = 200;
const MAX_TOKENS_NATURAL = 300;

/** A turn whose user messages a model makes up. */
export class SelfPlayTurn {
  private readonly least: number;
  private readonly most: number;

  constructor(
    private readonly conversation: Conversation,
    private readonly turn: PreparedTurn,
    private readonly index: number,
  ) {
    const { turns, max_turns: maxTurns } = turn.spec;
    const { selfPlayRounds: rounds } = conversation.options;
    this.least = Math.max(1, rounds ?? turns ?? 1);
    this.most =
      rounds === undefined ? Math.max(this.least, maxTurns ?? 0) : this.least;
  }

  /** @throws BundleFault or ProviderError; the messages so far stay in the conversation. */
  async play(): Promise<void> {
    const { conversation, turn, index } = this;
    const { quirks } = conversation.options;
    const { player, persona } = await this.cast();
    // In the original such exchanges have no stage for checks, and are stored by two hands.
    const isBare =
      quirks.streamedSelfPlayBare && conversation.isStreaming(turn);
    for (let exchange = 1; exchange <= this.most; exchange++) {
      if (exchange > 1) conversation.agent.refresh();
      const { input, isComplete } = await this.speak(player, persona);
      await conversation.exchange(turn, index, input, { checked: !isBare });
      if (conversation.hasFailed) return;
      if (isBare) this.storeAgain();
      if (isComplete && exchange >= this.least) return;
    }
  }

  private async cast(): Promise<{ player: RolePlayer; persona: PersonaEntry }> {
    const { player: findPlayer, personas } = this.conversation.options;
    const { role, persona: wanted } = this.turn.spec;
    const player = await findPlayer(role);
    if (!player) {
      throw new BundleFault(
        `unsupported role: ${JSON.stringify(role)} (turn ${this.index + 1})`,
      );
    }
    const persona = personas.get(wanted ?? '');
    if (!persona) {
      const known = [...personas.keys()].join(', ') || 'none';
      throw new BundleFault(
        `Turn ${this.index + 1} names the persona ${JSON.stringify(
          wanted ?? '',
        )}, which does not exist: allowed are ${known}`,
      );
    }
    return { player, persona };
  }

  private async speak(
    player: RolePlayer,
    persona: PersonaEntry,
  ): Promise<{ input: UserInput; isComplete: boolean }> {
    const { conversation } = this;
    const { scenario, log } = conversation.options;
    const { spec, id: scenarioId } = scenario.entry;
    const natural = this.most > this.least;
    const messages = swapRoles(conversation.messages);
    const reply = await conversation.callRole(player.provider, {
      system: personaPrompt(persona, {
        variables: spec.variables ?? {},
        natural,
      }),
      messages: withOpening(messages),
      tools: [],
      toolChoice: 'none',
      sampling: {
        temperature: persona.spec.defaults?.temperature ?? DEFAULT_TEMPERATURE,
        maxTokens: natural ? MAX_TOKENS_NATURAL : MAX_TOKENS,
        seed: conversation.options.seed ?? persona.spec.defaults?.seed,
      },
      stream: false,
      script: {
        scenarioId,
        baseTurn: messages.filter(({ role }) => role === 'user').length + 1,
        persona: persona.id,
      },
    });
    const isComplete = reply.content.includes(COMPLETION_MARKER);
    const text = reply.content.replaceAll(COMPLETION_MARKER, '').trim();
    if (text === '') {
      throw new ProviderError(
        'provider',
        `Provider "${player.id}" made up an empty message for persona "${persona.id}"`,
        false,
      );
    }
    for (const oddity of findOddities(text)) {
      log?.(
        `warning: the message of persona "${persona.id}" is odd: ${oddity}`,
      );
    }
    const { inputTokens, outputTokens, cost, latencyMs } = reply;
    return {
      isComplete,
      input: {
        text,
        selfPlay: { persona: persona.id, provider: player.id },
        numbers: { inputTokens, outputTokens, cost, latencyMs },
      },
    };
  }

  private storeAgain(): void {
    const { messages } = this.conversation;
    const start = messages.findLastIndex(({ role }) => role === 'user');
    if (start >= 0) messages.push(...messages.slice(start));
  }
}
