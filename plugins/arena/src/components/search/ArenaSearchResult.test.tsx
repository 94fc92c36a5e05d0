import { renderTestApp } from '@backstage/frontend-test-utils';
import { searchApiRef, type SearchApi } from '@backstage/plugin-search-react';
import searchPlugin from '@backstage/plugin-search/alpha';
import { screen, within } from '@testing-library/react';
import arenaPlugin from '../../index';

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

const searchApi: SearchApi = {
  query: async () => ({
    results: documents.map((document, index) => ({
      type: 'software-catalog',
      document,
      rank: index + 1,
    })),
    numberOfResults: documents.length,
  }),
};

describe('ArenaSearchResult', () => {
  it('shows what a job is, whose, and when it runs, on the search page', async () => {
    renderTestApp({
      features: [searchPlugin, arenaPlugin],
      apis: [[searchApiRef, searchApi]],
      initialRouteEntries: ['/search?query=nightly'],
    });
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
    expect(screen.getByText('support-agent')).toBeInTheDocument();
  });
});
