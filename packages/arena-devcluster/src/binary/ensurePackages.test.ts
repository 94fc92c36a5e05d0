import { missingPackages } from './ensurePackages';

describe('missingPackages', () => {
  it('should name the packages of what is missing', () => {
    const missing = new Set(['ctr', '/usr/lib/cni/portmap']);
    expect(missingPackages(what => !missing.has(what))).toEqual([
      'containerd',
      'containernetworking-plugins',
    ]);
  });

  it('should name none when all is there', () => {
    expect(missingPackages(() => true)).toEqual([]);
  });
});
