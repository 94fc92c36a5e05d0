import { createTestBed, input } from './__testUtils__/storeTestBed';
import { generateName } from './objects/generateName';

jest.mock('./objects/generateName', () => ({ generateName: jest.fn() }));

const generate = generateName as jest.MockedFunction<typeof generateName>;

describe('Generated names', () => {
  it('are tried again when taken, but not for ever', async () => {
    const { store } = await createTestBed('SQLITE_FILE');
    const create = () =>
      store.resources.create(
        input('', { metadata: { generateName: 'nightly-' } }),
      );
    generate.mockReturnValue('nightly-aaaaa');
    await create();

    generate
      .mockReturnValueOnce('nightly-aaaaa')
      .mockReturnValueOnce('nightly-aaaaa')
      .mockReturnValueOnce('nightly-bbbbb');
    expect((await create()).metadata.name).toBe('nightly-bbbbb');

    await expect(create()).rejects.toMatchObject({ name: 'ConflictError' });
    expect((await store.resources.list('ArenaJob')).items).toHaveLength(2);
  });
});
