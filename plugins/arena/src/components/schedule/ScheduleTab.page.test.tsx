import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeArenaApi, job } from '../../__testUtils__';
import { renderArena } from '../../__testUtils__/renderArena';
import { JobPage } from '../job/JobPage';
import { localDate } from '@backstage-arena/plugin-arena-common/schedule';
import { JsonObject } from '@backstage/types';
import { readCron } from './readCron';

const NONE = { Succeeded: 0, Failed: 0, Cancelled: 0, Running: 0, Unknown: 0 };

const page = <JobPage cluster="embedded" namespace="default" name="nightly" />;

function scheduledApi(suspend: boolean) {
  const nightly = job('nightly', { phase: 'Pending' });
  const api = new FakeArenaApi({
    objects: [
      {
        ...nightly,
        spec: {
          ...nightly.spec,
          schedule: { cron: '30 2 * * *', timezone: 'Europe/Berlin', suspend },
        },
      },
    ],
  });
  api.schedules.nightly = {
    cron: '30 2 * * *',
    timezone: 'Europe/Berlin',
    suspended: suspend,
    next: [
      {
        at: '2026-03-29T01:00:00.000Z',
        startsAt: '2026-03-29T01:03:20.000Z',
        local: '2026-03-29T03:00:00+02:00[Europe/Berlin]',
        notes: ['02:30 does not exist on this day'],
      },
    ],
    fires: [
      {
        firstAt: Date.UTC(2026, 2, 28, 1, 30),
        lastAt: Date.UTC(2026, 2, 28, 1, 30),
        count: 1,
        outcome: 'Forbidden',
        message: 'nightly-1 still ran',
      },
      {
        firstAt: Date.UTC(2026, 2, 27, 1, 30),
        lastAt: Date.UTC(2026, 2, 27, 1, 30),
        count: 1,
        outcome: 'Started',
        child: 'nightly-1',
        result: 'Failed',
      },
    ],
  };
  api.scheduleHistories.nightly = {
    timezone: 'Europe/Berlin',
    knownFrom: Date.now() - 9 * 86_400_000,
    days: [
      {
        date: daysAgo(1),
        started: { ...NONE, Succeeded: 2, Failed: 1 },
        skipped: [
          { outcome: 'Forbidden', count: 1, message: 'nightly-1 still ran' },
        ],
      },
    ],
  };
  return api;
}

function daysAgo(days: number): string {
  return localDate(Date.now() - days * 86_400_000, 'Europe/Berlin');
}

async function openTab(api: FakeArenaApi) {
  renderArena(page, { api, at: '/?tab=schedule' });
  await screen.findByText('Next runs');
}

describe('the schedule of a job', () => {
  it('is read out, with what comes and what was', async () => {
    await openTab(scheduledApi(false));
    expect(screen.getByText('At 02:30')).toBeInTheDocument();
    expect(screen.getByText(/Sun 2026-03-29 03:00/)).toBeInTheDocument();
    expect(
      screen.getByText('02:30 does not exist on this day'),
    ).toBeInTheDocument();
    const held = screen.getByText('Held back').closest('tr')!;
    expect(within(held).getByText('nightly-1 still ran')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'nightly-1' })).toHaveAttribute(
      'href',
      expect.stringContaining('nightly-1'),
    );
  });

  it('says how much later than it is due a run is started', async () => {
    await openTab(scheduledApi(false));
    expect(screen.getByText('+3 min 20 s')).toBeInTheDocument();
  });

  it('has a calendar of its past, by mouse and by keyboard', async () => {
    await openTab(scheduledApi(false));
    const day = await screen.findByRole('button', {
      name: /: 2 × succeeded, 1 × failed, 1 × Held back \(nightly-1 still ran\)$/,
    });
    expect(screen.queryByText('2 × succeeded')).not.toBeInTheDocument();
    await userEvent.hover(day);
    expect(screen.getByText('2 × succeeded')).toBeInTheDocument();
    await userEvent.unhover(day);
    // Today is where the tabulator leads.
    const [today, ...others] = screen
      .getAllByRole('button', { name: /Nothing was due|succeeded/ })
      .filter(({ tabIndex }) => tabIndex === 0);
    expect(others).toEqual([]);
    act(() => today.focus());
    await userEvent.keyboard('{ArrowLeft}');
    expect(day).toHaveFocus();
    expect(screen.getByText('2 × succeeded')).toBeInTheDocument();
    await userEvent.keyboard('{Home}');
    expect(day).not.toHaveFocus();
    expect(document.activeElement).toHaveAccessibleName(/: Not known$/);
    await userEvent.keyboard('{End}');
    expect(today).toHaveFocus();
  });

  it('is edited, with what the line means while it is typed', async () => {
    const api = scheduledApi(false);
    await openTab(api);
    await userEvent.click(
      screen.getByRole('button', { name: 'Edit schedule' }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    const line = dialog.getByRole('textbox', { name: /Cron line/ });
    await userEvent.clear(line);
    await userEvent.type(line, '61 4 * * *');
    expect(dialog.getByRole('status')).toHaveTextContent(
      "the minute '61' is out of range",
    );
    expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled();
    await userEvent.clear(line);
    await userEvent.type(line, '0 4 * * 1-5');
    expect(dialog.getByRole('status')).toHaveTextContent(
      'At 04:00, Monday through Friday',
    );
    expect(dialog.getAllByText(/04:00 \(/)).toHaveLength(5);
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    expect(api.objects[0].spec.schedule).toMatchObject({
      cron: '0 4 * * 1-5',
      timezone: 'Europe/Berlin',
      suspend: false,
    });
  });

  it('is saved with what was edited alone, and not over what somebody else has changed meanwhile', async () => {
    const api = scheduledApi(false);
    await openTab(api);
    await userEvent.click(
      screen.getByRole('button', { name: 'Edit schedule' }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    const change = (schedule: JsonObject) => {
      const [found] = api.objects;
      act(() => api.put({ ...found, spec: { ...found.spec, schedule } }));
    };
    change({ cron: '30 3 * * *', timezone: 'Europe/Berlin', suspend: true });
    const jitter = dialog.getByRole('textbox', { name: /jitter/ });
    await userEvent.type(jitter, '5m');
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    expect(api.objects[0].spec.schedule).toEqual({
      cron: '30 3 * * *',
      timezone: 'Europe/Berlin',
      suspend: true,
      jitter: '5m',
    });

    await userEvent.click(
      screen.getByRole('button', { name: 'Edit schedule' }),
    );
    const again = within(await screen.findByRole('dialog'));
    change({ cron: '30 3 * * *', timezone: 'Europe/Berlin', jitter: '7m' });
    await userEvent.type(again.getByRole('textbox', { name: /jitter/ }), 's');
    await userEvent.click(again.getByRole('button', { name: 'Save' }));
    expect(
      await again.findByText(
        /Somebody else has changed 'Longest delay \(jitter\)' to '7m'/,
      ),
    ).toBeInTheDocument();
    expect(api.objects[0].spec.schedule).toMatchObject({ jitter: '7m' });
  });

  it('is read again when a run ends, not while it gets on', async () => {
    const api = scheduledApi(false);
    await openTab(api);
    const reads = () =>
      ['schedule', 'scheduleDays', 'trend'].map(
        method => api.calls.filter(call => call.method === method).length,
      );
    const change = async (status: JsonObject) => {
      const [found] = api.objects;
      await act(async () => api.put({ ...found, status }));
    };
    await change({ phase: 'Running', progress: { total: 9, completed: 1 } });
    await waitFor(() => expect(reads()).toEqual([2, 2, 2]));
    await change({ phase: 'Running', progress: { total: 9, completed: 2 } });
    await change({ phase: 'Running', progress: { total: 9, completed: 3 } });
    expect(reads()).toEqual([2, 2, 2]);
    await change({ phase: 'Succeeded' });
    await waitFor(() => expect(reads()).toEqual([3, 3, 3]));
  });

  it('is suspended, and started now', async () => {
    const api = scheduledApi(false);
    await openTab(api);
    await userEvent.click(screen.getByRole('button', { name: 'Suspend' }));
    await userEvent.click(screen.getByRole('button', { name: 'Run now' }));
    const called = api.calls.map(({ method }) => method);
    expect(called).toContain('trigger');
    const [stored] = api.objects;
    expect(stored.spec.schedule).toMatchObject({ suspend: true });
  });

  it('says in words what a line says, where there are words', () => {
    expect(readCron('*/15 8-18 * * 1-5')).toBe(
      'Every 15 minutes, between 08:00 and 18:59, Monday through Friday',
    );
    expect(readCron('H 2 * * *')).toBeUndefined();
  });
});
