import { ChatProvider, ChatReply } from '../providers/ChatProvider';
import { ConversationCall, RoleCalls } from './RoleCalls';

const REPLY: ChatReply = {
  content: 'ok',
  toolCalls: [],
  inputTokens: 1,
  outputTokens: 1,
  cachedTokens: 0,
  cost: 0.5,
  finishReason: 'stop',
  latencyMs: 1,
};

/** Keeps the conversations that it was asked in and those that were ended. */
class Listener implements ChatProvider {
  readonly asked: string[] = [];
  readonly ended: string[] = [];

  async chat({ conversationId }: { conversationId: string }) {
    this.asked.push(conversationId);
    return REPLY;
  }

  endConversation(id: string): void {
    this.ended.push(id);
  }

  async close() {}
}

const question: ConversationCall = {
  system: '',
  messages: [],
  tools: [],
  toolChoice: 'none',
  sampling: {},
  stream: false,
};
const asPersona: ConversationCall = {
  ...question,
  script: { scenarioId: 's', baseTurn: 1, persona: 'ada' },
};

function calls(): RoleCalls {
  return new RoleCalls({
    id: 'c1',
    signal: new AbortController().signal,
    beforeCall: async () => {},
  });
}

describe('RoleCalls', () => {
  it('puts each question in a conversation of its own', async () => {
    const judge = new Listener();
    const roles = calls();
    await Promise.all([
      roles.call(judge, question),
      roles.call(judge, question),
    ]);
    expect(new Set(judge.asked).size).toBe(2);
    expect(judge.ended).toEqual(judge.asked);
    expect(roles.totals.cost).toBe(1);
  });

  it('lets a persona go on where it was, with each of its players', async () => {
    const [one, other] = [new Listener(), new Listener()];
    const roles = calls();
    for (const player of [one, other, one]) {
      await roles.call(player, asPersona);
    }
    expect(new Set(one.asked).size).toBe(1);
    expect([one.ended, other.ended]).toEqual([[], []]);
    roles.end();
    expect(one.ended).toEqual([one.asked[0]]);
    expect(other.ended).toEqual(other.asked);
  });
});
