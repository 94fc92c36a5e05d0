import {
  ARENA_API_VERSION,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import { ComponentFacts } from './ComponentFacts';

const NOW = Date.parse('2026-11-26T12:00:00Z');

function job(
  spec: ArenaObject['spec'],
  status?: ArenaObject['status'],
): ArenaObject {
  return {
    apiVersion: ARENA_API_VERSION,
    kind: 'ArenaJob',
    metadata: {
      name: 'nightly',
      namespace: 'team',
      uid: 'u',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-23T10:00:00Z',
    },
    spec,
    status,
  };
}

function factsOf(...jobs: ArenaObject[]) {
  const facts = new ComponentFacts();
  jobs.forEach(one => facts.add(one));
  return facts.at(NOW);
}

const nothing = {
  hasArenaJob: false,
  hasSchedule: false,
  hasLoadTest: false,
  lastRunSucceeded: null,
  latestPassRate: null,
  daysSinceLastRun: null,
};

describe('ComponentFacts', () => {
  it('say of a component without jobs that it has none', () => {
    expect(factsOf()).toEqual(nothing);
  });

  it('say nothing of runs before one has ended', () => {
    expect(
      factsOf(
        job({ schedule: { cron: '0 2 * * *' } }, { phase: 'Running' }),
        job(
          { type: 'loadtest' },
          { phase: 'Cancelled', completionTime: '2026-11-26T11:00:00Z' },
        ),
      ),
    ).toEqual({
      ...nothing,
      hasArenaJob: true,
      hasSchedule: true,
      hasLoadTest: true,
    });
  });

  it('take the run and the evaluation that ended last, in whichever order jobs come', () => {
    const jobs = [
      job(
        { type: 'evaluation' },
        {
          phase: 'Failed',
          completionTime: '2026-11-24T11:00:00Z',
          result: { summary: { passRate: '87.5' } },
        },
      ),
      job(
        {},
        {
          phase: 'Succeeded',
          completionTime: '2026-11-20T11:00:00Z',
          progress: { total: 4, completed: 4, failed: 0, pending: 0 },
        },
      ),
      job(
        { type: 'loadtest' },
        {
          phase: 'Succeeded',
          completionTime: '2026-11-25T11:00:00Z',
          progress: { total: 4, completed: 1, failed: 3, pending: 0 },
        },
      ),
    ];
    const expected = {
      hasArenaJob: true,
      hasSchedule: false,
      hasLoadTest: true,
      lastRunSucceeded: true,
      latestPassRate: 0.875,
      daysSinceLastRun: 1,
    };
    expect(factsOf(...jobs)).toEqual(expected);
    expect(factsOf(...jobs.reverse())).toEqual(expected);
    expect(factsOf(jobs[1]).latestPassRate).toBe(1);
  });
});
