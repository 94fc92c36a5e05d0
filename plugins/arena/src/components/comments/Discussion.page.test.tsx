import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { buildRun, FakeArenaApi, itemComment, job } from '../../__testUtils__';
import { renderArena } from '../../__testUtils__/renderArena';
import { violations } from '../../__testUtils__/violations';
import { JobPage } from '../job/JobPage';

jest.setTimeout(120_000);

const page = <JobPage cluster="embedded" namespace="default" name="nightly" />;

function demoApi() {
  return new FakeArenaApi({
    objects: [job('nightly', { phase: 'Failed', passed: 3, failed: 1 })],
    runs: [
      buildRun({
        id: 'run-1',
        jobName: 'nightly',
        scenarios: ['greeting', 'refund'],
        providers: [{ id: 'gpt' }, { id: 'claude' }],
        verdict: ({ scenario, provider }) => ({
          status: scenario === 1 && provider === 1 ? 'failed' : 'passed',
        }),
      }),
    ],
  });
}

const discussion = () =>
  screen.findByRole('region', { name: 'Comments and labels' });

describe('Discussion', () => {
  it('shows what others write as it comes, and lets one answer', async () => {
    const api = demoApi();
    renderArena(page, { api, at: '/?tab=items&item=3' });
    const section = await discussion();
    expect(await within(section).findByText(/seen in every run/)).toBeVisible();

    api.discussionOf('run-1', 3).comments.push(
      itemComment('theirs', {
        text: 'The model **never** refunds',
        author: 'user:team-a/kim',
      }),
    );
    act(() => api.emit({ type: 'comments', runId: 'run-1' }));
    const theirs = await within(section).findByRole('listitem', {
      name: 'Comment by team-a/kim',
    });
    expect((await within(theirs).findByText('never')).tagName).toBe('STRONG');
    expect(within(theirs).queryByRole('button', { name: 'Edit' })).toBeNull();

    const field = within(section).getByRole('textbox', {
      name: 'Write a comment',
    });
    // Neither letter goes to another item.
    await userEvent.type(field, 'jk: known');
    await userEvent.click(
      within(section).getByRole('button', { name: 'Comment' }),
    );
    const mine = await within(section).findByRole('listitem', {
      name: 'Comment by test',
    });
    expect(await within(mine).findByText('jk: known')).toBeVisible();
    expect(field).toHaveValue('');

    await userEvent.click(within(mine).getByRole('button', { name: 'Edit' }));
    const editor = within(mine).getByRole('textbox');
    await userEvent.type(editor, '!');
    await userEvent.click(within(mine).getByRole('button', { name: 'Save' }));
    expect(await within(mine).findByText('jk: known!')).toBeVisible();
    await userEvent.click(
      within(theirs).getByRole('button', { name: 'Resolve' }),
    );
    expect(await within(theirs).findByText('Resolved by test')).toBeVisible();
    expect(await violations()).toEqual([]);

    await userEvent.click(within(mine).getByRole('button', { name: 'Delete' }));
    const confirm = await screen.findByRole('dialog', {
      name: /Delete the comment/,
    });
    await userEvent.click(
      within(confirm).getByRole('button', { name: 'Delete' }),
    );
    await waitFor(() => expect(mine).not.toBeInTheDocument());
  });

  it('runs and loads nothing that a comment brings', async () => {
    const api = demoApi();
    api.discussionOf('run-1', 0).comments.push(
      itemComment('evil', {
        text: [
          '<script>window.pwned = true</script>',
          '<img src="x" onerror="window.pwned = true">',
          '<iframe srcdoc="<script>parent.pwned = true</script>"></iframe>',
          '![pixel](https://spy.example/pixel.png)',
          '[run](javascript:window.pwned=true)',
          '[data](data:text/html,<script>1</script>)',
          '[safe](https://example.com)',
        ].join('\n\n'),
      }),
    );
    renderArena(page, { api, at: '/?tab=items&item=0' });
    const comment = await screen.findByRole('listitem', {
      name: 'Comment by test',
    });
    const link = await within(comment).findByRole('link', { name: /safe/ });
    expect(link).toHaveAttribute('href', 'https://example.com');
    expect(comment.querySelector('script, iframe, object, embed')).toBeNull();
    expect(comment.querySelector('[onerror], [onclick], [srcdoc]')).toBeNull();
    for (const image of comment.querySelectorAll('img')) {
      expect(image.getAttribute('src') ?? '').toBe('');
    }
    for (const anchor of comment.querySelectorAll('a')) {
      expect(anchor.getAttribute('href')).not.toMatch(
        /^\s*(javascript|data|vbscript):/i,
      );
    }
    expect((window as { pwned?: boolean }).pwned).toBeUndefined();
  });

  it('labels an item, which the lists and the matrix then show', async () => {
    const api = demoApi();
    renderArena(page, { api, at: '/?tab=items&item=3' });
    const section = await discussion();
    await userEvent.click(
      await within(section).findByRole('button', { name: 'Label' }),
    );
    await userEvent.click(
      await screen.findByRole('menuitem', { name: 'Known issue' }),
    );
    const labels = within(section).getByRole('list', { name: 'Labels' });
    expect(await within(labels).findByText('Known issue')).toBeVisible();
    await userEvent.keyboard('{Escape}');
    expect(
      await screen.findByRole('row', {
        name: 'refund on claude: Failed; Labels: Known issue',
      }),
    ).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('checkbox', { name: 'Hide known issues' }),
    );
    await waitFor(() =>
      expect(api.calls).toContainEqual({
        method: 'items',
        args: [
          'run-1',
          expect.objectContaining({ withoutLabel: ['known-issue'] }),
        ],
      }),
    );
    await userEvent.click(screen.getByRole('tab', { name: 'Overview' }));
    expect(
      await screen.findByRole('gridcell', { name: /Labels: Known issue/ }),
    ).toBeInTheDocument();
  });

  it('takes names that people make up', async () => {
    const api = demoApi();
    renderArena(page, { api, at: '/?tab=items&item=3' });
    const section = await discussion();
    await userEvent.click(
      await within(section).findByRole('button', { name: 'Label' }),
    );
    await userEvent.click(
      await screen.findByRole('menuitem', { name: 'Other label' }),
    );
    const field = await within(section).findByRole('textbox', {
      name: /Other label/,
    });
    await userEvent.type(field, 'Not_One');
    expect(within(section).getByRole('button', { name: 'Add' })).toBeDisabled();
    await userEvent.clear(field);
    await userEvent.type(field, 'needs-pm');
    await userEvent.click(within(section).getByRole('button', { name: 'Add' }));
    expect(await within(section).findByText('needs-pm')).toBeVisible();
    await userEvent.click(
      within(section).getByRole('button', {
        name: 'Remove the label needs-pm',
      }),
    );
    await waitFor(() =>
      expect(within(section).queryByText('needs-pm')).toBeNull(),
    );
  });

  it('is for reading alone without the permission, and says what went wrong', async () => {
    const api = demoApi();
    api
      .discussionOf('run-1', 3)
      .labels.push({ label: 'flaky', ...itemComment(''), outdated: true });
    renderArena(page, {
      api,
      at: '/?tab=items&item=3',
      denied: ['arena.comment.create'],
    });
    const section = await discussion();
    expect(await within(section).findByText(/Flaky · Outdated/)).toBeVisible();
    expect(within(section).queryByRole('textbox')).toBeNull();
    expect(within(section).queryByRole('button')).toBeNull();
    api.failures.set('discussion', new Error('database is down'));
    act(() => api.emit({ type: 'comments', runId: 'run-1' }));
    await waitFor(() =>
      expect(
        api.calls.filter(({ method }) => method === 'discussion').length,
      ).toBeGreaterThan(1),
    );
    // What was read stays.
    expect(within(section).getByText(/Flaky · Outdated/)).toBeVisible();
  });
});
