import { ConfigReader } from '@backstage/config';
import { configuredClusters } from './configuredClusters';

const clusters = [{ name: 'prod' }, { name: 'staging' }];

describe('configuredClusters', () => {
  it.each([
    ['the embedded one where nothing is said', {}, ['embedded']],
    [
      'all that Arena has',
      { arena: { clusters } },
      ['embedded', 'prod', 'staging'],
    ],
    [
      'those of Kubernetes alone where the embedded one is disabled',
      { arena: { clusters, embedded: { enabled: false } } },
      ['prod', 'staging'],
    ],
    [
      'those that are chosen',
      {
        arena: { clusters },
        catalog: { providers: { arena: { clusters: ['prod', 'prod'] } } },
      },
      ['prod'],
    ],
  ])('are %s', (_, data, expected) => {
    expect(configuredClusters(new ConfigReader(data))).toEqual(expected);
  });
});
