import { screen } from '@testing-library/react';
import { JobPage } from './components/job/JobPage';
import { JobsPage } from './components/jobs/JobsPage';
import { NewJobPage } from './components/newJob/NewJobPage';
import { SourcesPage } from './components/sources/SourcesPage';
import { buildRun, FakeArenaApi, job, source } from './__testUtils__';
import { renderArena } from './__testUtils__/renderArena';
import { violations } from './__testUtils__/violations';

function demoApi() {
  return new FakeArenaApi({
    objects: [
      job('nightly', { passed: 3, failed: 1, phase: 'Failed' }),
      job('running', { phase: 'Running', passed: 1, pending: 3 }),
      source('support-agent'),
    ],
    runs: [
      buildRun({
        id: 'run-1',
        jobName: 'nightly',
        scenarios: ['greeting', 'refund'],
        providers: [{ id: 'gpt' }, { id: 'claude' }],
        verdict: ({ index }) => ({
          status: index === 3 ? 'failed' : 'passed',
        }),
      }),
    ],
  });
}

const jobPage = (
  <JobPage cluster="embedded" namespace="default" name="nightly" />
);

describe('accessibility', () => {
  it('has no violations on the jobs page', async () => {
    renderArena(<JobsPage />, { api: demoApi() });
    await screen.findByRole('row', { name: /nightly/ });
    expect(await violations()).toEqual([]);
  });

  it('has no violations on the job page', async () => {
    renderArena(jobPage, { api: demoApi() });
    await screen.findByRole('grid');
    expect(await violations()).toEqual([]);
  });

  it.each(['items', 'events', 'yaml', 'reports', 'runs'])(
    'has no violations on the tab %s',
    async tab => {
      renderArena(jobPage, { api: demoApi(), at: `/?tab=${tab}` });
      await screen.findByRole('tab', { selected: true });
      await screen.findByRole('heading', { name: 'nightly' });
      expect(await violations()).toEqual([]);
    },
  );

  it('has no violations in a transcript', async () => {
    renderArena(jobPage, { api: demoApi(), at: '/?tab=items&item=3' });
    await screen.findByRole('list', { name: 'Conversation' });
    expect(await violations()).toEqual([]);
  });

  it('has no violations on the page for a new job', async () => {
    renderArena(<NewJobPage />, { api: demoApi() });
    await screen.findByRole('textbox', { name: 'YAML of the job' });
    expect(await violations()).toEqual([]);
  });

  it('has no violations on the sources page', async () => {
    renderArena(<SourcesPage />, { api: demoApi() });
    await screen.findByRole('row', { name: /support-agent/ });
    expect(await violations()).toEqual([]);
  });

  it('finds what is wrong', async () => {
    document.body.innerHTML = '<button></button>';
    expect(await violations()).toHaveLength(1);
    document.body.innerHTML = '';
  });
});
