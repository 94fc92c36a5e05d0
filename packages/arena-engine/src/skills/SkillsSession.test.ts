import { arena, removeBundles, writeBundle } from '../__testUtils__/bundles';
import { readBundle } from '../bundle/readBundle';
import { Session } from '../conversation/SessionFeature';
import { SecretReader } from '../providers/SecretReader';
import { COMPATIBLE, Quirks, STRICT } from '../quirks/quirks';
import { ToolBox } from '../tools/ToolBox';
import { SkillsSession } from './SkillsSession';

afterEach(removeBundles);

async function open(quirks: Quirks) {
  const folder = await writeBundle({
    'config.arena.yaml': arena({
      scenarios: { talk: { turns: [] } },
      more: {
        skills: [
          { path: 'skills', preload: true },
          { name: 'wave', description: 'Waving', instructions: 'Wave.' },
        ],
        tool_specs: {
          knife: {
            description: 'Cuts',
            mode: 'mock',
            input_schema: { type: 'object' },
            output_schema: { type: 'object' },
          },
        },
      },
    }),
    'skills/cut/SKILL.md':
      '---\nname: cut\ndescription: Cutting\nallowed-tools: [knife, unknown]\n---\nCut it.\n',
  });
  const content = await readBundle(folder, {});
  const toolBox = await ToolBox.create({
    content,
    secrets: new SecretReader(() => undefined),
  });
  const session: Session = {
    conversationId: 'c1',
    scenario: content.scenarios[0],
    quirks,
    turn: 0,
    exchange: 0,
    toolCalls: 0,
    streaming: false,
  };
  const skills = new SkillsSession({
    skills: content.skills,
    toolBox,
    filterOf: () => undefined,
    session,
  });
  const names = () => skills.tools().map(({ descriptor }) => descriptor.name);
  const call = async (name: string, args: Record<string, unknown>) => {
    const tool = skills
      .tools()
      .find(({ descriptor }) => descriptor.name === `skill__${name}`);
    return tool?.call(args, {
      signal: new AbortController().signal,
      conversation: 'c1',
    });
  };
  return { skills, names, call };
}

describe('SkillsSession', () => {
  it('tells the model which skills there are, and what preloaded ones say', async () => {
    const { skills } = await open(STRICT);
    expect(skills.tools()[0].descriptor.description).toContain(
      '- cut: Cutting\n- wave: Waving',
    );
    expect(skills.systemText()).toBe('Cut it.');
  });

  it('offers the tools of active skills, as long as they are active', async () => {
    const { skills, names, call } = await open(STRICT);
    expect(names()).toContain('knife');
    expect(await call('deactivate', { name: 'cut' })).toMatchObject({
      compact: '{"removed_tools":["knife"],"status":"deactivated"}',
    });
    expect(names()).not.toContain('knife');
    expect(skills.systemText()).toBe('');
    expect(await call('activate', { name: 'cut' })).toMatchObject({
      compact: '{"added_tools":["knife"],"instructions":"Cut it."}',
    });
    expect(names()).toContain('knife');
  });

  it('adds no tools where the original adds none', async () => {
    const { names, call } = await open(COMPATIBLE);
    expect(names()).not.toContain('knife');
    expect(await call('activate', { name: 'cut' })).toMatchObject({
      compact: '{"added_tools":[],"instructions":"Cut it."}',
    });
  });

  it('says what a model did wrong', async () => {
    const { call } = await open(STRICT);
    expect(await call('activate', { name: 'cutt' })).toMatchObject({
      error: 'skill__activate: there is no skill "cutt"',
    });
    expect(await call('deactivate', { name: 'wave' })).toMatchObject({
      error: 'skill__deactivate: the skill "wave" is not active',
    });
    expect(
      await call('read_resource', { skill_name: 'wave', path: 'a' }),
    ).toMatchObject({
      error: 'skill__read_resource: the skill "wave" has no files',
    });
    expect(
      await call('read_resource', { skill_name: 'cut', path: 'b.md' }),
    ).toMatchObject({
      error: 'skill__read_resource: "b.md" does not exist',
    });
  });
});
