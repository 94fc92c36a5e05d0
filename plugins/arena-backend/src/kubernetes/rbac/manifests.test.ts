import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { eachRight, listedRights } from './__testUtils__/eachRight';
import { rbacFiles } from './manifests';
import { RIGHTS } from './rights';
import { PolicyRule } from './rulesOf';

const root = resolve(__dirname, '../../../../..');
const files = rbacFiles();

interface Manifest {
  kind: string;
  metadata: { name: string };
  rules?: PolicyRule[];
}

function manifestsIn(path: string): Manifest[] {
  return parseAllDocuments(files.get(path)!).map(document => document.toJS());
}

describe('manifests that grant rights', () => {
  it.each([...files.keys()])('%s is up to date', path => {
    // When this fails: yarn workspace @backstage-arena/plugin-arena-backend generate
    expect(readFileSync(resolve(root, path), 'utf8')).toBe(files.get(path));
  });

  it.each([
    ['deploy/kustomize/rbac-cluster-wide/rbac.yaml', 'ClusterRole', 'served'],
    ['deploy/kustomize/rbac-namespace/rbac.yaml', 'Role', 'served'],
    ['deploy/kustomize/account/rbac.yaml', 'Role', 'home'],
  ] as const)('%s grants what is listed', (path, kind, where) => {
    const [role, binding, ...others] = manifestsIn(path);
    expect(others).toEqual([]);
    expect(role.kind).toBe(kind);
    expect(eachRight(role.rules!)).toEqual(listedRights(where));
    expect(binding).toMatchObject({
      kind: `${kind}Binding`,
      roleRef: { kind, name: role.metadata.name },
    });
  });

  it.each(['served', 'home'] as const)('the chart has them too: %s', where => {
    const rules = parse(files.get(`deploy/helm/arena/rules/${where}.yaml`)!);
    expect(eachRight(rules)).toEqual(listedRights(where));
  });
});

describe('the list of rights', () => {
  it('names each resource once, with its verbs once', () => {
    const names = RIGHTS.map(({ group, resource }) => `${group}/${resource}`);
    expect(names).toEqual([...new Set(names)]);
    for (const { verbs } of RIGHTS) {
      expect(verbs).toEqual([...new Set(verbs)]);
    }
  });

  it('has no wildcard, and nothing that would give more rights', () => {
    for (const { group, resource, verbs } of RIGHTS) {
      expect([group, resource, ...verbs]).not.toContain('*');
      expect([
        'rbac.authorization.k8s.io',
        'admissionregistration.k8s.io',
      ]).not.toContain(group);
      expect([
        'pods/exec',
        'pods/attach',
        'serviceaccounts/token',
      ]).not.toContain(resource);
    }
  });

  it('does not let secrets be listed or watched', () => {
    const secrets = RIGHTS.find(({ resource }) => resource === 'secrets')!;
    expect(secrets.verbs).not.toContain('list');
    expect(secrets.verbs).not.toContain('watch');
  });
});
