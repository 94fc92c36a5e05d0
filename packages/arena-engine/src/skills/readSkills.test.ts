import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { arena, removeBundles, writeBundle } from '../__testUtils__/bundles';
import { BundleError } from '../Engine';
import { loadBundle } from '../bundle/loadBundle';
import { SkillSource } from '../bundle/schemas/skill';
import { readSkills } from './readSkills';

afterEach(removeBundles);

async function read(
  files: Record<string, unknown>,
  sources: SkillSource[],
): Promise<{
  skills: Awaited<ReturnType<typeof readSkills>>;
  faults: string[];
}> {
  const folder = await writeBundle(files);
  const faults: string[] = [];
  const skills = await readSkills(sources, {
    base: folder,
    bundle: folder,
    faults: {
      problem: (at, message) => faults.push(`${at.join('.')}: ${message}`),
      tolerable: (at, message) => faults.push(`${at.join('.')}: ${message}`),
      inFile: problems =>
        faults.push(
          ...problems.map(
            ({ file, line, message }) => `${file}:${line}: ${message}`,
          ),
        ),
    },
  });
  return { skills, faults };
}

const SKILL = '---\nname: cut\ndescription: Cutting\n---\n\nCut it.\n';

describe('readSkills', () => {
  it('reads the head and the text of a skill', async () => {
    const { skills, faults } = await read(
      {
        'skills/cut/SKILL.md':
          '---\nname: cut\ndescription: Cutting\nallowed-tools: [knife]\nlicense: free\n---\n\nCut it.\n---\nTwice.\n',
      },
      [{ path: 'skills/' }],
    );
    expect(faults).toEqual([]);
    expect(skills).toMatchObject([
      {
        name: 'cut',
        description: 'Cutting',
        instructions: 'Cut it.\n---\nTwice.',
        allowedTools: ['knife'],
        preload: false,
        path: 'skills/cut',
      },
    ]);
  });

  it('takes the name of the folder where the head has none', async () => {
    const { skills, faults } = await read(
      { 'skills/cut/SKILL.md': '---\r\n---\r\nCut it.' },
      [{ path: 'skills' }],
    );
    expect(faults).toEqual([]);
    expect(skills).toMatchObject([{ name: 'cut', instructions: 'Cut it.' }]);
  });

  it('is known by the path that it is mounted as', async () => {
    const { skills } = await read({ 'deep/cut/SKILL.md': SKILL }, [
      { path: 'deep', mount_as: 'kitchen' },
    ]);
    expect(skills[0].path).toBe('kitchen/cut');
  });

  it('preloads a skill that another source found before', async () => {
    const { skills, faults } = await read({ 'skills/cut/SKILL.md': SKILL }, [
      { path: 'skills' },
      { dir: 'skills/cut', preload: true },
    ]);
    expect(faults).toEqual([]);
    expect(skills).toMatchObject([{ name: 'cut', preload: true }]);
  });

  it('takes the first of two skills with one name and says so', async () => {
    const { skills, faults } = await read({ 'skills/cut/SKILL.md': SKILL }, [
      { name: 'cut', instructions: 'Mine.' },
      { path: 'skills' },
    ]);
    expect(skills).toMatchObject([{ instructions: 'Mine.' }]);
    expect(faults).toEqual(['spec.skills.1: Two skills have the name "cut"']);
  });

  it('points at a wrong field of the head', async () => {
    const { skills, faults } = await read(
      {
        'cut/SKILL.md':
          '---\nname: cut\nallowed-tools: knife whisk\n---\nCut it.\n',
      },
      [{ path: 'cut' }],
    );
    expect(skills).toEqual([]);
    expect(faults).toEqual([
      'cut/SKILL.md:3: Invalid value "knife whisk": expected array',
    ]);
  });

  it('says what is missing', async () => {
    const { faults } = await read(
      { 'cut/SKILL.md': 'Cut it.\n', 'a.txt': '' },
      [{ path: 'cut' }, { path: 'nowhere' }, { name: 'only-a-name' }],
    );
    expect(faults).toEqual([
      expect.stringContaining('cut/SKILL.md:1: A skill begins with'),
      'spec.skills.1.path: The skill path "nowhere" does not exist',
      expect.stringContaining('spec.skills.2: A skill has a path, or a name'),
    ]);
  });

  it('does not follow links, and refuses paths that lead out', async () => {
    const outside = await writeBundle({ 'cut/SKILL.md': SKILL });
    const folder = await writeBundle({
      'config.arena.yaml': arena({
        more: { skills: [{ path: '../' }, { path: 'linked' }] },
      }),
      'skills/a.txt': '',
    });
    await symlink(outside, path.join(folder, 'linked'));
    const error = await loadBundle(folder).catch(e => e);
    expect(error).toBeInstanceOf(BundleError);
    expect(
      (error as BundleError).problems.map(({ message }) => message),
    ).toEqual([
      'The skill path "../" lies outside of the bundle',
      'The skill path "linked" lies outside of the bundle',
    ]);
    await symlink(outside, path.join(folder, 'skills', 'linked'));
    const { skills } = await read({}, [{ path: '.' }]);
    expect(skills).toEqual([]);
  });
});
