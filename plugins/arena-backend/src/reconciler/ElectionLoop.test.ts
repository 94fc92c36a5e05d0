import { ElectionLoop, LeaseKeeper } from './ElectionLoop';

describe('ElectionLoop', () => {
  it('ends although the lease cannot be given up, and says so', async () => {
    const failure = new Error('The database is away');
    const keeper: LeaseKeeper = {
      acquire: async () => ({ epoch: 1, deadline: Infinity }),
      renew: async () => Infinity,
      release: async () => {
        throw failure;
      },
    };
    const onError = jest.fn();
    const onDeposed = jest.fn(async () => {});
    let elected = () => {};
    const acting = new Promise<void>(resolve => {
      elected = resolve;
    });
    const loop = new ElectionLoop({
      keeper,
      renewMs: 60_000,
      monotonic: () => 0,
      onElected: async () => elected(),
      onDeposed,
      onError,
    });
    loop.start();
    await acting;
    await loop.stop();

    expect(onDeposed).toHaveBeenCalledTimes(1);
    expect(onError).toHaveBeenCalledWith(failure);
    expect(loop.isLeader()).toBe(false);
  });
});
