import { workspaceClosure } from './workspaceClosure';

describe('workspaceClosure', () => {
  it('should have what is needed in production, and nothing else', async () => {
    const names = (await workspaceClosure('@backstage-arena/arena-worker')).map(
      each => each.name,
    );
    expect(names).toContain('@backstage-arena/arena-worker');
    expect(names).toContain('@backstage-arena/arena-engine');
    expect(names).toContain('@backstage-arena/plugin-arena-common');
    expect(names).not.toContain('@backstage-arena/arena-devcluster');
  });

  it('should refuse a name that no package has', async () => {
    await expect(workspaceClosure('nobody')).rejects.toThrow(
      "This repository has no package 'nobody'",
    );
  });
});
