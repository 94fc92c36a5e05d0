import { InitFlags } from '../../commands/init';
import { agent } from './agent';
import { basic } from './basic';
import { liveProvider, needsOf } from './liveProvider';
import { rag } from './rag';
import { indent, manifest, Template } from './Template';
import { tools } from './tools';
import { workflow } from './workflow';

const TEMPLATES: Record<InitFlags['template'], Template> = {
  basic,
  tools,
  rag,
  agent,
  workflow,
};

const SCRIPTED = 'providers/scripted.provider.yaml';
const JUDGE = 'providers/judge.provider.yaml';

/** The files of a new bundle, by path. */
export function createFiles(
  name: string,
  { template: templateName, provider }: InitFlags,
): Record<string, string> {
  const template = TEMPLATES[templateName];
  const files: Record<string, string> = {
    'config.arena.yaml': arenaFile(name, template, SCRIPTED, JUDGE),
    ...template.files,
    [SCRIPTED]: scripted('scripted', 'mock-responses.yaml'),
    'mock-responses.yaml': `defaultResponse: I do not know.\nscenarios:\n${indent(
      template.script,
      2,
    )}\n`,
  };
  if (template.judged) {
    files[JUDGE] = scripted('judge', 'judge-responses.yaml');
    files[
      'judge-responses.yaml'
    ] = `defaultResponse: '{"passed": true, "score": 0.9, "reasoning": "It says what the text says."}'\n`;
  }
  if (provider) {
    const file = `providers/${provider}.provider.yaml`;
    const judge = `providers/${provider}-judge.provider.yaml`;
    files[file] = liveProvider(provider, provider);
    if (template.judged) files[judge] = liveProvider(provider, 'judge');
    files['live.arena.yaml'] = arenaFile(name, template, file, judge);
  }
  files['README.md'] = readme(name, template, provider);
  return files;
}

function scripted(name: string, file: string): string {
  return manifest(
    'Provider',
    name,
    `
type: mock
model: ${name}
capabilities: [text, streaming, tools, json]
additional_config:
  mock_config: ${file}
`,
  );
}

function arenaFile(
  name: string,
  template: Template,
  provider: string,
  judge: string,
): string {
  const names = Object.keys(template.files);
  const list = (folder: string) =>
    names
      .filter(file => file.startsWith(`${folder}/`))
      .map(file => `  - file: ${file}`);
  const ids = (folder: string) =>
    names
      .filter(file => file.startsWith(`${folder}/`))
      .flatMap(file => [
        `  - id: ${file.split(/[/.]/)[1]}`,
        `    file: ${file}`,
      ]);
  const toolFiles = list('tools');
  return manifest(
    'Arena',
    name,
    [
      'prompt_configs:',
      ...ids('prompts'),
      'providers:',
      `  - file: ${provider}`,
      ...(template.judged ? [`  - file: ${judge}`, '    group: judge'] : []),
      'scenarios:',
      ...list('scenarios'),
      ...(toolFiles.length > 0 ? ['tools:', ...toolFiles] : []),
      ...(template.judged
        ? ['judges:', '  - name: judge', '    provider: judge']
        : []),
      ...(template.arena ? [template.arena.trim()] : []),
      'defaults:',
      '  temperature: 0',
      '  max_tokens: 500',
      '  output:',
      '    formats: [json, junit]',
    ].join('\n'),
  );
}

function readme(
  name: string,
  template: Template,
  provider: InitFlags['provider'],
): string {
  const live = provider
    ? `
## With a real model

\`live.arena.yaml\` is the same bundle for a real model. It needs ${needsOf(
        provider,
      )}.

\`\`\`sh
arena run -c live.arena.yaml
arena mocks generate -i out -o mock-responses.yaml --merge   # keep what it said for offline runs
\`\`\`
`
    : '';
  return `# ${name}

${template.about}

\`\`\`sh
arena validate .
arena run --ci
\`\`\`

The model is scripted in \`mock-responses.yaml\`: everything runs offline.
${live}`;
}
