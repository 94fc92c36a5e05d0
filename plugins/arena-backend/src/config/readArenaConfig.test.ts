import { ConfigReader } from '@backstage/config';
import { readArenaConfig } from './readArenaConfig';
import { limitsOf } from './readLimits';

const read = (arena: object) =>
  readArenaConfig(new ConfigReader({ arena }), { workingDirectory: '/srv' });

describe('readArenaConfig', () => {
  it('has a default for everything', () => {
    const config = readArenaConfig(new ConfigReader({}), {
      workingDirectory: '/srv',
    });
    expect(config.dataDirectory).toBe('/srv/data/arena');
    expect(config.workspaceRoots).toEqual([]);
    expect(config.workers.launcher).toBe('local');
    expect(config.workers.maxLocalProcesses).toBeGreaterThanOrEqual(4);
    expect(config.workers.spare).toBe(1);
    expect(config.workers.allowedEnvironment).toEqual([]);
    expect(config.bundles).toEqual({
      allowExec: false,
      allowStdio: false,
      allowAmbientCredentials: false,
    });
    expect(config.queue.heartbeatIntervalMs * 2).toBeLessThanOrEqual(
      config.queue.leaseTtlMs,
    );
  });

  it('resolves folders against the working directory', () => {
    const config = read({
      dataDirectory: 'x',
      workspaceRoots: ['./examples', '/abs'],
    });
    expect(config.dataDirectory).toBe('/srv/x');
    expect(config.workspaceRoots).toEqual(['/srv/examples', '/abs']);
  });

  it('reads durations in every form of Backstage', () => {
    const config = read({
      queue: { leaseTtl: '20s', itemTimeout: { minutes: 2 } },
      planning: { timeout: 'PT10S' },
    });
    expect(config.queue.leaseTtlMs).toBe(20_000);
    expect(config.queue.itemTimeoutMs).toBe(120_000);
    expect(config.planning.timeoutMs).toBe(10_000);
  });

  it('reads what bundles may start', () => {
    expect(read({ bundles: { allowStdio: true } }).bundles).toEqual({
      allowExec: false,
      allowStdio: true,
      allowAmbientCredentials: false,
    });
  });

  it('reads where workers are served besides the portal', () => {
    expect(read({}).workers.listen).toBeUndefined();
    expect(
      read({
        workers: {
          listen: {
            host: '10.0.0.1',
            port: 7017,
            tls: { certFile: 'tls.crt', keyFile: '/etc/tls.key' },
          },
        },
      }).workers.listen,
    ).toEqual({
      host: '10.0.0.1',
      port: 7017,
      tls: { certFile: '/srv/tls.crt', keyFile: '/etc/tls.key' },
    });
  });

  it('reads where API servers have objects checked, by HTTPS alone', () => {
    expect(read({}).webhook).toBeUndefined();
    const tls = { certFile: 'tls.crt', keyFile: '/etc/tls.key' };
    expect(read({ webhook: { port: 7009, tls } }).webhook).toEqual({
      port: 7009,
      tls: { certFile: '/srv/tls.crt', keyFile: '/etc/tls.key' },
    });
    expect(() => read({ webhook: { port: 7009 } })).toThrow(
      'Missing value in config at arena.webhook.tls: API servers call webhooks by HTTPS alone; set certFile and keyFile',
    );
    expect(() => read({ webhook: { port: 70_009, tls } })).toThrow(
      'Invalid value in config at arena.webhook.port: 70009 is not a whole number from 0 to 65535',
    );
    expect(() => read({ webhook: { port: 1, tls, path: '/x' } })).toThrow(
      'arena.webhook.path',
    );
  });

  it('reads the limits of namespaces, field by field over the default', () => {
    expect(read({}).limits).toEqual({ default: {}, namespaces: {} });
    const { limits } = read({
      limits: {
        default: { maxRunningJobs: 5, maxMonthlyCost: 99.5 },
        namespaces: { team: { maxRunningJobs: 0, maxWorkers: 40 } },
      },
    });
    expect(limitsOf(limits, 'team')).toEqual({
      maxRunningJobs: 0,
      maxWorkers: 40,
      maxMonthlyCost: 99.5,
    });
    expect(limitsOf(limits, 'constructor')).toEqual({
      maxRunningJobs: 5,
      maxMonthlyCost: 99.5,
    });
  });

  it('reads secrets by namespace, name and key', () => {
    expect(
      read({ secrets: { team: { openai: { OPENAI_API_KEY: 'k' } } } }).secrets,
    ).toEqual({ team: { openai: { OPENAI_API_KEY: 'k' } } });
  });

  it('reads which secrets may be sent to the servers of sources', () => {
    expect(read({}).sourceCredentials).toEqual({});
    const sourceCredentials = {
      team: { git: ['github.com', '*.corp.example.com'], any: ['*'] },
    };
    expect(read({ sourceCredentials })).toMatchObject({ sourceCredentials });
  });

  it('reads how long reports are tried again', () => {
    expect(read({}).outputs).toEqual({
      retryDelayMs: 300_000,
      retryMaxDelayMs: 21_600_000,
      retryForMs: 604_800_000,
    });
    expect(
      read({ outputs: { retryDelay: '10s', retryFor: '0s' } }).outputs,
    ).toMatchObject({ retryDelayMs: 10_000, retryForMs: 0 });
  });

  it('opens uploads where that is said, or where they were kept once', () => {
    expect(read({}).uploads).toEqual({ enabled: false });
    expect(read({ uploads: { enabled: true } }).uploads.enabled).toBe(true);
    expect(read({ uploads: { directory: 'up' } }).uploads).toEqual({
      enabled: true,
      directory: '/srv/up',
    });
  });

  it.each<[object, RegExp]>([
    [{ dataDir: 'x' }, /arena\.dataDir: allowed are dataDirectory/],
    [{ workers: { replicas: 3 } }, /arena\.workers\.replicas/],
    [
      { workers: { maxLocalProcesses: 0 } },
      /arena\.workers\.maxLocalProcesses: 0 is not/,
    ],
    [{ workers: { spare: -1 } }, /arena\.workers\.spare: -1 is not/],
    [{ workers: { backendUrl: 'ftp://x' } }, /arena\.workers\.backendUrl/],
    [
      { workers: { allowedEnvironment: ['A B'] } },
      /allowedEnvironment\[0\]: 'A B'/,
    ],
    [
      { discovery: { allowedHosts: ['a', 'http://a'] } },
      /discovery\.allowedHosts\[1\]: 'http:\/\/a' is no host/,
    ],
    [
      { network: { allow: ['10.0.0.0/8', '10.0.0.0/80'] } },
      /network\.allow\[1\]: '10\.0\.0\.0\/80' is no host/,
    ],
    [{ queue: { maxAttempts: 1.5 } }, /arena\.queue\.maxAttempts: 1.5/],
    [{ queue: { leaseTtl: 'soon' } }, /leaseTtl/],
    [{ bundles: { allowAll: true } }, /bundles\.allowAll: allowed are allowEx/],
    [{ bundles: { allowExec: 'maybe' } }, /allowExec/],
    [
      { queue: { leaseTtl: '10s', heartbeatInterval: '8s' } },
      /arena\.queue\.heartbeatInterval/,
    ],
    [{ limits: { team: {} } }, /limits\.team: allowed are default, namespaces/],
    [
      { limits: { default: { maxJobs: 1 } } },
      /limits\.default\.maxJobs: allowed are maxRunningJobs/,
    ],
    [
      { limits: { namespaces: { team: { maxWorkers: 1.5 } } } },
      /limits\.namespaces\.team\.maxWorkers: 1\.5 is not a whole number/,
    ],
    [
      { limits: { default: { maxMonthlyCost: -1 } } },
      /limits\.default\.maxMonthlyCost: -1 is not a number from 0 on/,
    ],
    [{ workers: { listen: {} } }, /workers\.listen\.port/],
    [
      { workers: { listen: { port: 70_000 } } },
      /workers\.listen\.port: 70000 is not a whole number from 0 to 65535/,
    ],
    [
      { workers: { listen: { port: 1, https: true } } },
      /workers\.listen\.https: allowed are host, port, tls/,
    ],
    [
      { workers: { listen: { port: 1, tls: { certFile: 'x' } } } },
      /workers\.listen\.tls\.keyFile/,
    ],
    [{ secrets: { team: { openai: 'key' } } }, /secrets\.team\.openai/],
    [
      { sourceCredentials: { team: ['git'] } },
      /sourceCredentials\.team: .*allowed are lists of hosts .*by namespace and name/,
    ],
    [
      { sourceCredentials: { team: { git: ['https://github.com'] } } },
      /sourceCredentials\.team\.git\.0: "https:\/\/github.com" is no host; allowed are lists of hosts/,
    ],
    [
      { outputs: { retryDelay: '1m', retryMaxDelay: '10s' } },
      /outputs\.retryMaxDelay: 10000 ms is less than the allowed 60000 ms/,
    ],
  ])('refuses %j and names the key', (arena, message) => {
    expect(() => read(arena)).toThrow(message);
  });
});
