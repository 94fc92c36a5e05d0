import { openConnections } from './openConnections';

const options = { origin: 'http://127.0.0.1:1', idleConnectionMs: 1_000 };

describe('openConnections', () => {
  it('shares them until the last one lets go', async () => {
    const one = openConnections(options);
    const other = openConnections(options);
    expect(other.dispatcher).toBe(one.dispatcher);
    await one.close();
    // Once is enough, however often one is closed.
    await one.close();
    const third = openConnections(options);
    expect(third.dispatcher).toBe(other.dispatcher);
    await Promise.all([other.close(), third.close()]);
    const fresh = openConnections(options);
    expect(fresh.dispatcher).not.toBe(one.dispatcher);
    await fresh.close();
  });

  it('shares none with another server, other settings or another proxy', async () => {
    const all = [
      openConnections(options),
      openConnections({ ...options, origin: 'http://127.0.0.1:2' }),
      openConnections({ ...options, idleConnectionMs: 2_000 }),
      openConnections({ ...options, maxConnections: 3 }),
      openConnections({ ...options, maxConnections: 3 }),
    ];
    const before = process.env.HTTPS_PROXY;
    process.env.HTTPS_PROXY = 'http://127.0.0.1:3';
    try {
      all.push(openConnections(options));
    } finally {
      if (before === undefined) delete process.env.HTTPS_PROXY;
      else process.env.HTTPS_PROXY = before;
    }
    expect(new Set(all.map(({ dispatcher }) => dispatcher)).size).toBe(6);
    await Promise.all(all.map(connections => connections.close()));
  });
});
