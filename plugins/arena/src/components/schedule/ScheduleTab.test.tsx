import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeArenaApi, job } from '../../__testUtils__';
import { renderArena } from '../../__testUtils__/renderArena';
import { JobPage } from '../job/JobPage';
import { readCron } from './readCron';

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
      },
    ],
  };
  return api;
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
