import { screen, within } from '@testing-library/react';
import { FakeArenaApi } from '../../__testUtils__';
import { renderArena } from '../../__testUtils__/renderArena';
import { ArenaSearchResult } from './ArenaSearchResult';
import { isArenaResult } from './isArenaResult';

const documents = [
  {
    kind: 'ArenaJob',
    title: 'nightly',
    text: 'Load test of prompts by the schedule 0 2 * * *',
    type: 'loadtest',
    owner: 'group:default/conversational-ai',
    namespace: 'team',
    location: '/catalog/team/arenajob/nightly_embedded',
  },
  {
    kind: 'Component',
    title: 'support-agent',
    text: 'Answers questions',
    type: 'service',
    owner: 'group:default/conversational-ai',
    namespace: 'default',
    location: '/catalog/default/component/support-agent',
  },
];

const results = documents.map((document, index) => ({
  type: 'software-catalog',
  document,
  rank: index + 1,
}));

describe('ArenaSearchResult', () => {
  it('shows what a job is, whose, and when it runs', async () => {
    renderArena(
      <>
        {results.filter(isArenaResult).map(({ document }) => (
          <ArenaSearchResult key={document.location} result={document} />
        ))}
      </>,
      { api: new FakeArenaApi({ objects: [] }) },
    );
    const link = await screen.findByRole('link', { name: 'nightly' });
    expect(link).toHaveAttribute(
      'href',
      '/catalog/team/arenajob/nightly_embedded',
    );
    const result = within(link.closest('article')!);
    for (const text of [
      'Load test of prompts by the schedule 0 2 * * *',
      'Load test',
      'Owner: conversational-ai',
      'Namespace: team',
    ]) {
      expect(result.getByText(text)).toBeInTheDocument();
    }
    // Others are not ours to show.
    expect(screen.getAllByRole('article')).toHaveLength(1);
  });
});
