import { screen, within } from '@testing-library/react';
import { Transcript } from '@backstage-arena/plugin-arena-common';
import { FakeArenaApi } from '../../__testUtils__';
import { renderArena } from '../../__testUtils__/renderArena';
import { TranscriptView } from './TranscriptView';

const TRANSCRIPT: Transcript = {
  version: 1,
  scenario: 'refund',
  provider: 'gpt',
  region: 'default',
  variant: 0,
  trial: 0,
  messages: [
    { role: 'system', content: 'You help.' },
    {
      role: 'user',
      content: 'Where is my parcel?',
      turn: 0,
      selfPlay: { persona: 'hurried', provider: 'simulator' },
    },
    {
      role: 'assistant',
      content: 'Here is the label.',
      turn: 0,
      state: 'shipping',
      reasoning: 'The label answers that.',
      media: [{ type: 'image', mimeType: 'image/png', bytes: 2_048 }],
    },
  ],
  checks: [],
  evals: [
    {
      id: 'politeness',
      type: 'llm_judge',
      passed: false,
      score: 0.66666,
      explanation: 'Rather short',
    },
  ],
};

describe('TranscriptView', () => {
  it('says who played a message, in which state it was given and what it holds beside text', async () => {
    renderArena(<TranscriptView transcript={TRANSCRIPT} />, {
      api: new FakeArenaApi({}),
    });
    const list = await screen.findByRole('list', { name: 'Conversation' });
    expect(
      within(list).getByText('played as hurried by simulator'),
    ).toBeInTheDocument();
    expect(within(list).getByText('state shipping')).toBeInTheDocument();
    expect(
      within(within(list).getByRole('list', { name: 'Media' })).getByRole(
        'listitem',
      ),
    ).toHaveTextContent('image/png · 2.0 KiB');
    expect(
      within(list).getByText('The label answers that.'),
    ).toBeInTheDocument();
  });

  it('shows markup of models, tools and checks as the text that it is', async () => {
    const hostile =
      '<img src=x onerror="window.pwned=1"><script>pwned=1</script>';
    const { container } = renderArena(
      <TranscriptView
        transcript={{
          ...TRANSCRIPT,
          messages: [
            { role: 'user', content: hostile, turn: 0 },
            {
              role: 'assistant',
              content: hostile,
              turn: 0,
              reasoning: hostile,
            },
          ],
          checks: [
            {
              type: hostile,
              level: 'turn',
              passed: false,
              explanation: hostile,
            },
          ] as Transcript['checks'],
        }}
      />,
      { api: new FakeArenaApi({}) },
    );
    const list = await screen.findByRole('list', { name: 'Conversation' });
    expect(within(list).getAllByText(hostile).length).toBeGreaterThan(1);
    expect(container.querySelectorAll('img, script')).toHaveLength(0);
    expect(Reflect.get(window, 'pwned')).toBeUndefined();
  });

  it('shows checks that only observe apart from those that decide', async () => {
    renderArena(<TranscriptView transcript={TRANSCRIPT} />, {
      api: new FakeArenaApi({}),
    });
    const observed = await screen.findByRole('list', { name: 'Observations' });
    expect(observed).toHaveTextContent('politeness (llm_judge)');
    expect(observed).toHaveTextContent('score 0.667');
    expect(
      screen.getByText('They do not decide about the item.'),
    ).toBeInTheDocument();
  });
});
