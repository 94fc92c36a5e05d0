import { refusal, ScriptedApiServer } from '../__testUtils__/ScriptedApiServer';
import { LeaseElection } from './LeaseElection';

const RENEW_DEADLINE_MS = 60_000;

describe('LeaseElection at a server that stops to answer', () => {
  let server: ScriptedApiServer;
  let now: number;
  let election: LeaseElection;

  beforeEach(async () => {
    server = await ScriptedApiServer.start(
      refusal(404, 'not found'),
      response => {
        response.writeHead(201, { 'Content-Type': 'application/json' });
        const spec = { holderIdentity: 'first', leaseTransitions: 1 };
        const metadata = { resourceVersion: '1' };
        response.end(JSON.stringify({ metadata, spec }));
      },
      () => {},
    );
    now = 1_000;
    election = new LeaseElection({
      kubeConfig: server.kubeConfig,
      namespace: 'team',
      name: 'arena-controller',
      holder: 'first',
      clock: { now: () => new Date() },
      monotonic: () => now,
      ttlMs: 90_000,
      renewDeadlineMs: RENEW_DEADLINE_MS,
      renewMs: 10_000,
      onElected: async () => {},
      onDeposed: async () => {},
      onError: () => {},
    });
  });

  afterEach(() => server.stop());

  it('waits no longer than until its deadline', async () => {
    const held = await election.acquire();
    expect(held).toEqual({ epoch: 1, deadline: now + RENEW_DEADLINE_MS });
    now += RENEW_DEADLINE_MS - 50;
    await expect(election.renew(1)).rejects.toThrow('no answer within 50 ms');
  });

  it('asks no more after its deadline', async () => {
    await election.acquire();
    now += RENEW_DEADLINE_MS;
    await expect(election.renew(1)).rejects.toThrow(
      'The Lease team/arena-controller was not renewed in time',
    );
    expect(server.requests).toHaveLength(2);
  });
});
