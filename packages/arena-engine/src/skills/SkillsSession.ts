import { Session, SessionFeature } from '../conversation/SessionFeature';
import { ContractTool } from '../tools/ContractTool';
import { Tool } from '../tools/Tool';
import { ToolBox } from '../tools/ToolBox';
import { ToolError } from '../tools/ToolHandler';
import { readInside } from '../util/confinedFile';
import { Skill } from './Skill';
import { passesFilter } from './skillFilter';

const MAX_RESOURCE_BYTES = 512 * 1024;

/** The skills of one conversation. */
export class SkillsSession implements SessionFeature {
  private readonly active = new Set<string>();
  private readonly byName: ReadonlyMap<string, Skill>;
  /** The exchange that `filter` was taken for. */
  private filteredFor = -1;
  private filter?: string;
  /** The tools under a filter; describing them again for each call would cost more than the call. */
  private own?: { filter?: string; tools: Tool[] };

  constructor(
    private readonly options: {
      skills: readonly Skill[];
      toolBox: ToolBox;
      filterOf: (state: string) => string | undefined;
      session: Session;
    },
  ) {
    this.byName = new Map(options.skills.map(skill => [skill.name, skill]));
    for (const { name, preload } of options.skills) {
      if (preload) this.active.add(name);
    }
  }

  tools(): Tool[] {
    this.takeFilter();
    if (!this.own || this.own.filter !== this.filter) {
      this.own = {
        filter: this.filter,
        tools: [this.activate(), this.deactivate(), this.readResource()],
      };
    }
    return [...this.own.tools, ...this.added()];
  }

  systemText(): string {
    this.takeFilter();
    return this.options.skills
      .filter(({ preload, name }) => preload && this.active.has(name))
      .map(({ instructions }) => instructions)
      .join('\n\n');
  }

  private activate(): Tool {
    const { quirks } = this.options.session;
    return new ContractTool({
      descriptor: {
        name: 'skill__activate',
        description: [
          'Activates a skill: returns its instructions. Available skills:',
          ...this.available().map(
            ({ name, description }) => `- ${name}: ${description}`,
          ),
        ].join('\n'),
        inputSchema: named('name', 'Name of the skill'),
      },
      handler: {
        handle: ({ name }) => {
          const skill = this.find(String(name));
          this.active.add(skill.name);
          return {
            value: {
              instructions: skill.instructions,
              added_tools: quirks.skillToolsNotAdded
                ? []
                : this.toolsOf(skill).map(({ descriptor }) => descriptor.name),
            },
          };
        },
      },
    });
  }

  private deactivate(): Tool {
    return new ContractTool({
      descriptor: {
        name: 'skill__deactivate',
        description: 'Deactivates a skill that is active.',
        inputSchema: named('name', 'Name of the skill'),
      },
      handler: {
        handle: args => {
          const name = String(args.name);
          const skill = this.byName.get(name);
          if (!skill || !this.active.delete(name)) {
            throw new ToolError(`the skill "${name}" is not active`);
          }
          return {
            value: {
              status: 'deactivated',
              removed_tools: this.options.session.quirks.skillToolsNotAdded
                ? []
                : this.toolsOf(skill).map(({ descriptor }) => descriptor.name),
            },
          };
        },
      },
    });
  }

  private readResource(): Tool {
    return new ContractTool({
      descriptor: {
        name: 'skill__read_resource',
        description: 'Reads a file that comes with a skill.',
        inputSchema: {
          type: 'object',
          properties: {
            skill_name: { type: 'string', description: 'Name of the skill' },
            path: {
              type: 'string',
              description: 'Path of the file within the skill',
            },
          },
          required: ['skill_name', 'path'],
        },
      },
      handler: {
        handle: async args => {
          const skill = this.find(String(args.skill_name));
          if (skill.folder === undefined) {
            throw new ToolError(`the skill "${skill.name}" has no files`);
          }
          const content = await readInside(
            skill.folder,
            String(args.path),
            MAX_RESOURCE_BYTES,
          );
          return { value: { content } };
        },
      },
    });
  }

  /** Tools of active skills; the original never adds any. */
  private added(): Tool[] {
    if (this.options.session.quirks.skillToolsNotAdded) return [];
    return [...this.active].flatMap(name => {
      const skill = this.byName.get(name);
      return skill ? this.toolsOf(skill) : [];
    });
  }

  private toolsOf(skill: Skill): Tool[] {
    return this.options.toolBox.allowed(skill.allowedTools);
  }

  private find(name: string): Skill {
    const skill = this.byName.get(name);
    if (!skill) throw new ToolError(`there is no skill "${name}"`);
    if (!passesFilter(skill, this.filter)) {
      throw new ToolError(`the skill "${name}" is not available in this state`);
    }
    return skill;
  }

  private available(): Skill[] {
    return this.options.skills.filter(skill =>
      passesFilter(skill, this.filter),
    );
  }

  /**
   * The filter of the state that the conversation is in. In the original one is in force from the exchange after the transition
   * on, and never where replies are streamed.
   */
  private takeFilter(): void {
    const { session, filterOf } = this.options;
    const { workflow, quirks } = session;
    if (!workflow) return;
    if (!quirks.skillFilterLate) {
      this.filter = filterOf(workflow.view.current);
      return;
    }
    if (this.filteredFor === session.exchange) return;
    this.filteredFor = session.exchange;
    this.filter =
      workflow.enteredAt < 0 || session.streaming
        ? undefined
        : filterOf(workflow.view.current);
  }
}

function named(field: string, description: string) {
  return {
    type: 'object',
    properties: { [field]: { type: 'string', description } },
    required: [field],
  };
}
