import { access, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  MockFileBuilder,
  readConversations,
  SavedConversation,
} from '@backstage-arena/arena-engine';
import { CliError } from '../cli/errors';
import { callerDirectory, resolveFromCaller } from '../cli/paths';
import { writeWhole } from '../cli/writeWhole';
import { MocksFlags } from '../commands/mocks';
import { savedConversationErrors } from './savedConversationErrors';

/** `arena mocks generate` */
export async function mocksGenerateCommand(flags: MocksFlags): Promise<void> {
  const conversations = await collect(flags);
  const files = filesOf(conversations, flags);
  // Somebody may have written them by hand: nothing is touched unless all may be.
  for (const file of files.keys()) await refuseExisting(file, flags);
  for (const [file, answers] of files) {
    const builder = await begin(flags, file);
    for (const conversation of answers) builder.add(conversation);
    await write(builder, file, flags);
  }
}

/** What goes into which file. */
function filesOf(
  conversations: SavedConversation[],
  flags: MocksFlags,
): Map<string, SavedConversation[]> {
  if (!flags.perScenario) return new Map([[flags.out, conversations]]);
  const files = new Map<string, SavedConversation[]>();
  for (const conversation of conversations) {
    const name = conversation.scenario.replace(/[^\w.-]+/g, '-');
    const file = join(flags.out, `${name}.yaml`);
    files.set(file, [...(files.get(file) ?? []), conversation]);
  }
  return files;
}

async function refuseExisting(file: string, flags: MocksFlags): Promise<void> {
  if (flags.merge || flags.force || flags.dryRun) return;
  const exists = await access(resolveFromCaller(file)).then(
    () => true,
    () => false,
  );
  if (exists) {
    throw new CliError(
      `'${file}' exists: --merge keeps what it has, --force writes over it`,
    );
  }
}

async function collect(flags: MocksFlags): Promise<SavedConversation[]> {
  const found: SavedConversation[] = [];
  await savedConversationErrors(async () => {
    const base = callerDirectory();
    for await (const conversation of readConversations(flags.in, { base })) {
      const { scenario, provider, truncated, id } = conversation;
      if (flags.scenario && !flags.scenario.includes(scenario)) continue;
      if (flags.provider && !flags.provider.includes(provider)) continue;
      if (truncated) {
        process.stderr.write(
          `warning: ${id} is left out: its texts were cut when it was saved\n`,
        );
        continue;
      }
      found.push(conversation);
    }
  });
  if (found.length === 0) {
    throw new CliError(
      `'${flags.in}' has no conversation of the scenarios and providers that are asked for`,
    );
  }
  return found;
}

async function begin(
  flags: MocksFlags,
  file: string,
): Promise<MockFileBuilder> {
  const builder = new MockFileBuilder();
  if (flags.merge) {
    const text = await readFile(resolveFromCaller(file), 'utf8').catch(
      error => {
        if (error.code === 'ENOENT') return undefined;
        throw new CliError(`'${file}' cannot be read: ${error.message}`);
      },
    );
    try {
      if (text !== undefined) builder.addFile(text);
    } catch (error) {
      throw new CliError(
        `'${file}': ${error instanceof Error ? error.message : error}`,
      );
    }
  }
  if (flags.defaultResponse !== undefined) {
    builder.setDefaultResponse(flags.defaultResponse);
  }
  return builder;
}

async function write(
  builder: MockFileBuilder,
  file: string,
  flags: MocksFlags,
): Promise<void> {
  for (const warning of builder.warnings) {
    process.stderr.write(`warning: ${warning}\n`);
  }
  if (flags.dryRun) {
    process.stdout.write(`# ${file}\n${builder.toYaml()}`);
    return;
  }
  const absolute = resolveFromCaller(file);
  await mkdir(dirname(absolute), { recursive: true });
  await writeWhole(absolute, [builder.toYaml()]);
  process.stdout.write(
    `${file}: ${builder.size} answers for ${builder.scenarioIds.join(', ')}\n`,
  );
}
