import { fileTree, foldersOf } from './fileTree';

describe('fileTree', () => {
  it('has each folder once, and all in order of name', () => {
    const tree = fileTree(
      [
        'scenarios/refund.yaml',
        'config.arena.yaml',
        'prompts/de/a.yaml',
        'scenarios/b.yaml',
      ].map(path => ({ path })),
    );
    expect(tree.files.map(({ name }) => name)).toEqual(['config.arena.yaml']);
    expect(tree.folders.map(({ path }) => path)).toEqual([
      'prompts',
      'scenarios',
    ]);
    expect(tree.folders[0].folders[0]).toMatchObject({
      name: 'de',
      path: 'prompts/de',
      files: [{ name: 'a.yaml', file: { path: 'prompts/de/a.yaml' } }],
    });
    expect(tree.folders[1].files.map(({ name }) => name)).toEqual([
      'b.yaml',
      'refund.yaml',
    ]);
  });

  it('knows the way to a file', () => {
    expect(foldersOf('a/b/c.yaml')).toEqual(['a', 'a/b']);
    expect(foldersOf('c.yaml')).toEqual([]);
  });
});
