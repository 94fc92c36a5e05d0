import { linkerFlags, releaseIn } from './ensureKubeBinary';

describe('releaseIn', () => {
  it('should find the release alone and in a block, whatever is replaced', () => {
    expect(releaseIn('require k8s.io/kubernetes v1.36.3\n')).toBe('v1.36.3');
    expect(
      releaseIn(
        'replace k8s.io/api => k8s.io/api v0.36.3\nrequire (\n\tk8s.io/kubectl v0.36.3\n\tk8s.io/kubernetes v1.36.3\n)\n',
      ),
    ).toBe('v1.36.3');
  });

  it('should refuse a go.mod without Kubernetes', () => {
    expect(() => releaseIn('module x\n')).toThrow('k8s.io/kubernetes');
  });
});

describe('linkerFlags', () => {
  it('should tell servers and clients what they are', () => {
    const flags = linkerFlags('v1.36.3');
    expect(flags).toMatch(
      '-X k8s.io/component-base/version.gitVersion=v1.36.3',
    );
    expect(flags).toMatch('-X k8s.io/client-go/pkg/version.gitMinor=36');
  });
});
