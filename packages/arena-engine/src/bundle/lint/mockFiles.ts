import path from 'node:path';
import { asMap } from '../../checks/CheckParams';
import { nearMiss } from '../../text/suggest';
import { BundleContent } from '../BundleContent';
import { BundleReader } from '../BundleReader';
import { YamlFile } from '../YamlFile';
import { mockJudges } from './judges';
import { below, LintReport, Place } from './LintReport';
import { lintMockTurn, MockTurnContext } from './mockTurns';
import { providerPlace } from './places';

const FILE_KEYS = ['defaultResponse', 'scenarios', 'selfplay', 'pools'];
const SCRIPT_KEYS = ['defaultResponse', 'turns', 'steps'];

/** The scripts of a bundle's mock providers: answers that are never given, and names that do not exist. */
export async function lintMockFiles(
  content: BundleContent,
  reader: BundleReader,
  report: LintReport,
): Promise<void> {
  const judges = mockJudges(content);
  const users = new Map<string, { at: Place; providers: string[] }>();
  for (const provider of content.providers) {
    const config = provider.spec.additional_config?.mock_config;
    if (provider.spec.type !== 'mock' || typeof config !== 'string') continue;
    const file = pathOf(content, config);
    const known = users.get(file);
    if (known) {
      known.providers.push(provider.id);
    } else {
      users.set(file, {
        at: below(
          providerPlace(content, provider),
          'additional_config',
          'mock_config',
        ),
        providers: [provider.id],
      });
    }
  }
  for (const [file, { at, providers }] of users) {
    const yaml = await read(file, at, reader, report);
    if (!yaml) continue;
    lintFile(yaml, content, report);
    if (
      providers.every(id => judges.has(id)) &&
      asMap(asMap(yaml.value)?.scenarios)
    ) {
      report.warn(
        { file, path: ['scenarios'] },
        'A judge is asked outside of scenarios: only the defaultResponse of the file is ever used',
        { key: true },
      );
    }
  }
}

/** Relative to the folder of the arena file, or to its `config_dir`. */
function pathOf(content: BundleContent, config: string): string {
  return path.posix.join(
    path.posix.dirname(content.arenaFile.replaceAll('\\', '/')),
    content.arena.defaults.config_dir ?? '.',
    config,
  );
}

async function read(
  file: string,
  at: Place,
  reader: BundleReader,
  report: LintReport,
): Promise<YamlFile | undefined> {
  let yaml: YamlFile;
  try {
    yaml = await reader.readYaml(file);
  } catch (error) {
    report.error(
      at,
      `${
        error instanceof Error ? error.message : error
      }: the original gives generic answers instead`,
    );
    return undefined;
  }
  report.problems.push(...yaml.problems);
  return yaml.problems.length > 0 ? undefined : yaml;
}

function lintFile(
  yaml: YamlFile,
  content: BundleContent,
  report: LintReport,
): void {
  const root: Place = { file: yaml.file, path: [] };
  const value = asMap(yaml.value);
  if (!value) {
    report.error(root, 'A mock file is a map');
    return;
  }
  lintKeys(value, FILE_KEYS, root, report);
  const scenarios = asMap(value.scenarios) ?? {};
  const ids = content.scenarios.map(({ id }) => id);
  for (const [id, script] of Object.entries(scenarios)) {
    const at = below(root, 'scenarios', id);
    if (!ids.includes(id)) {
      report.warn(at, `The bundle has no scenario "${id}"`, {
        key: true,
        suggestion: nearMiss(id, ids),
      });
    }
    lintScript(script, at, contextOf(content, id), report);
  }
  for (const [id, script] of Object.entries(asMap(value.selfplay) ?? {})) {
    lintScript(
      script,
      below(root, 'selfplay', id),
      { playsUser: true },
      report,
    );
  }
}

function contextOf(content: BundleContent, id: string): MockTurnContext {
  const scenario = content.scenarios.find(entry => entry.id === id);
  const prompt = content.prompts.get(scenario?.spec.task_type ?? '');
  const { arena } = content;
  const implicit =
    arena.workflow || arena.compositions || arena.skills || arena.a2a_agents;
  return {
    tools: [...content.tools.keys()],
    hasNoTools:
      scenario !== undefined &&
      !prompt?.spec.allowed_tools?.length &&
      !implicit &&
      (arena.memory === undefined || arena.memory === null),
  };
}

function lintScript(
  value: unknown,
  at: Place,
  context: MockTurnContext,
  report: LintReport,
): void {
  const script = asMap(value);
  if (!script) {
    report.error(at, 'A script is a map with turns and defaultResponse');
    return;
  }
  lintKeys(script, SCRIPT_KEYS, at, report);
  for (const [number, turn] of Object.entries(asMap(script.turns) ?? {})) {
    const place = below(at, 'turns', number);
    if (!/^[1-9]\d*$/.test(number)) {
      report.warn(
        place,
        `Answers are numbered from 1: "${number}" is never given`,
        { key: true },
      );
    }
    lintMockTurn(turn, place, context, report);
  }
  for (const [step, turn] of Object.entries(asMap(script.steps) ?? {})) {
    lintMockTurn(turn, below(at, 'steps', step), context, report);
  }
}

function lintKeys(
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  at: Place,
  report: LintReport,
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    report.warn(
      below(at, key),
      `"${key}" is not read: known are ${known.join(', ')}`,
      {
        key: true,
        suggestion:
          key === 'default_response' ? 'defaultResponse' : nearMiss(key, known),
      },
    );
  }
}
