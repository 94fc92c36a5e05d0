import { ScenarioEntry } from '../bundle/BundleContent';
import { transportOf } from '../bundle/schemas/mcp';
import { RegistryToolSpec } from '../bundle/schemas/tool';
import { PlanError, PlanOptions } from '../Engine';
import { RegistryTool, registryEntries } from '../tools/registryEntries';
import { ToolContent } from '../tools/ToolFactory';

/** What the admin may allow, with the place where. */
const SWITCHES = {
  exec: { config: 'arena.bundles.allowExec', flag: '--no-exec' },
  stdio: { config: 'arena.bundles.allowStdio', flag: '--no-stdio' },
} as const;

type Switch = keyof typeof SWITCHES;

/** Tools that only the engine's own features bring. */
const IMPLICIT = /^(a2a|workflow|memory|skill|image|video)__/;

/**
 * Refuses a run whose tools cannot be had: processes that are not allowed here, sandboxes and containers, tools of registries that clash or
 * that no registry brings.
 *
 * @throws PlanError with reason `NotAllowed`, `UnsupportedFeature`, `DuplicateTool`, `InvalidTool` or `UnknownTool`.
 */
export function refuseTools(
  content: ToolContent,
  scenarios: ReadonlyArray<Pick<ScenarioEntry, 'spec'>>,
  options: Pick<PlanOptions, 'tools' | 'allow'>,
): void {
  if (options.tools) {
    const tools = registryEntries(options.tools);
    refuseMissing(content, scenarios, tools);
    refuseDisallowed(
      tools.flatMap(({ name, registry, spec }) =>
        processOf(name, spec, `registry ${registry}`),
      ),
      options,
    );
    return;
  }
  refuseConfined(content);
  const servers = content.arena.mcp_servers ?? [];
  refuseDisallowed(
    [
      ...[...content.tools.values()].flatMap(({ name, spec, file }) =>
        processOf(name, spec, file ?? content.arenaFile),
      ),
      ...servers
        .filter(server => transportOf(server) === 'stdio')
        .map(({ name }) => ({
          needs: 'stdio' as const,
          what: `MCP server "${name}" over stdio (${content.arenaFile})`,
        })),
    ],
    options,
  );
}

interface Need {
  needs: Switch;
  what: string;
}

function processOf(
  name: string,
  { mode, mcp }: Pick<RegistryToolSpec, 'mode' | 'mcp'>,
  from: string,
): Need[] {
  if (mode === 'exec') {
    return [{ needs: 'exec', what: `exec tool "${name}" (${from})` }];
  }
  if (mode === 'mcp' && mcp && !mcp.server && transportOf(mcp) === 'stdio') {
    return [
      { needs: 'stdio', what: `MCP tool "${name}" over stdio (${from})` },
    ];
  }
  return [];
}

function refuseDisallowed(
  needs: readonly Need[],
  { allow }: Pick<PlanOptions, 'allow'>,
): void {
  const refused = needs.filter(need => !allow?.[need.needs]);
  if (refused.length === 0) return;
  const places = [...new Set(refused.map(need => need.needs))].map(
    name =>
      `${SWITCHES[name].config} in app-config, or leave out ${SWITCHES[name].flag}`,
  );
  throw new PlanError(
    'NotAllowed',
    `The bundle starts processes that are not allowed here: ${refused
      .map(({ what }) => what)
      .join(', ')}; to allow it, set ${places.join('; and ')}`,
  );
}

/** Without the walls that its author counts on, a tool must not run. */
function refuseConfined(content: ToolContent): void {
  const features = [
    ...[...content.tools.values()]
      .filter(({ spec }) => spec.mode === 'exec' && isGiven(spec.exec?.sandbox))
      .map(
        ({ name, file }) =>
          `sandbox of tool "${name}" (${file ?? content.arenaFile})`,
      ),
    ...(content.arena.mcp_servers ?? [])
      .filter(({ source }) => source)
      .map(
        ({ name, source }) =>
          `source ${source} of MCP server "${name}" (${content.arenaFile})`,
      ),
  ];
  if (features.length === 0) return;
  throw new PlanError(
    'UnsupportedFeature',
    `The bundle needs what this engine does not support: ${features.join(
      ', ',
    )}`,
  );
}

function isGiven(sandbox: unknown): boolean {
  if (sandbox === null || typeof sandbox !== 'object') return Boolean(sandbox);
  return Object.keys(sandbox).length > 0;
}

function refuseMissing(
  content: ToolContent,
  scenarios: ReadonlyArray<Pick<ScenarioEntry, 'spec'>>,
  tools: readonly RegistryTool[],
): void {
  const known = new Set(tools.map(({ name }) => name));
  for (const taskType of new Set(scenarios.map(s => s.spec.task_type ?? ''))) {
    const prompt = content.prompts.get(taskType);
    const missing = (prompt?.spec.allowed_tools ?? []).filter(
      name => !name.endsWith('*') && !IMPLICIT.test(name) && !known.has(name),
    );
    if (missing.length === 0) continue;
    throw new PlanError(
      'UnknownTool',
      `Prompt "${taskType}" (${
        prompt?.file ?? content.arenaFile
      }) needs tools that no registry brings: ${missing.join(
        ', ',
      )}; the registries bring ${[...known].join(', ') || 'none'}`,
    );
  }
}
