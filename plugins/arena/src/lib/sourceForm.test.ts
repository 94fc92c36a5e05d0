import { secretRecipe } from './secretRecipe';
import {
  credentialKindOf,
  EMPTY_SOURCE,
  isCompleteSource,
  sourceObject,
} from './sourceForm';

const specOf = (change: object) =>
  sourceObject({ ...EMPTY_SOURCE, name: 'x', ...change }).spec;

describe('the form of a source', () => {
  it.each([
    [
      { url: ' https://example.com/a.git ', refKind: 'tag', ref: 'v1' },
      {
        type: 'git',
        git: { url: 'https://example.com/a.git', ref: { tag: 'v1' } },
      },
    ],
    [
      {
        url: 'git@example.com:a.git',
        path: 'bundle',
        secret: 'key',
        interval: '1h',
      },
      {
        type: 'git',
        git: {
          url: 'git@example.com:a.git',
          path: 'bundle',
          secretRef: { name: 'key' },
        },
        interval: '1h',
      },
    ],
    [
      { type: 'oci', url: 'oci://example.com/a:v1', insecure: true },
      { type: 'oci', oci: { url: 'oci://example.com/a:v1', insecure: true } },
    ],
    [
      { type: 'configmap', configMap: 'bundle' },
      { type: 'configmap', configMap: { name: 'bundle' } },
    ],
    [
      { type: 'workspace', path: 'bundles/a' },
      { type: 'workspace', workspace: { path: 'bundles/a' } },
    ],
  ])('makes of %j %j', (change, expected) => {
    expect(isCompleteSource({ ...EMPTY_SOURCE, name: 'x' })).toBe(false);
    expect(
      isCompleteSource({
        ...EMPTY_SOURCE,
        name: 'x',
        ...(change as Partial<typeof EMPTY_SOURCE>),
      }),
    ).toBe(true);
    expect(specOf(change)).toEqual(expected);
  });

  it('knows what credentials an address needs', () => {
    const kind = (url: string, type: 'git' | 'oci' = 'git') =>
      credentialKindOf({ type, url });
    expect(kind('')).toBe('https');
    expect(kind('https://example.com/a')).toBe('https');
    expect(kind('ssh://git@example.com/a')).toBe('ssh');
    expect(kind('git@example.com:a')).toBe('ssh');
    expect(kind('oci://example.com/a', 'oci')).toBe('registry');
    expect(credentialKindOf({ type: 'workspace', url: '' })).toBeUndefined();
  });

  it('says how its Secret is made', () => {
    expect(
      secretRecipe({
        kind: 'ssh',
        cluster: 'kubernetes',
        namespace: 'team',
        name: 'deploy-key',
        url: 'git@example.com:a',
      }),
    ).toBe(`kubectl create secret generic deploy-key --namespace team \\
  --from-file=identity=~/.ssh/id_ed25519 \\
  --from-file=known_hosts=~/.ssh/known_hosts`);
    expect(
      secretRecipe({
        kind: 'https',
        cluster: 'embedded',
        namespace: '',
        name: '',
        url: '',
      }),
    ).toBe(`arena:
  secrets:
    default:
      my-credentials:
        username: \${GIT_USERNAME}
        password: \${GIT_TOKEN}
  sourceCredentials:
    default:
      my-credentials: ["HOST"]`);
    expect(
      secretRecipe({
        kind: 'registry',
        cluster: 'kubernetes',
        namespace: 'team',
        name: 'pull',
        url: 'oci://ghcr.io:443/acme/x',
      }),
    ).toBe(`kubectl create secret generic pull --namespace team \\
  --from-literal=username="$REGISTRY_USERNAME" \\
  --from-literal=password="$REGISTRY_TOKEN"
kubectl annotate secret pull --namespace team arena.backstage.io/source-credentials=ghcr.io`);
  });
});
