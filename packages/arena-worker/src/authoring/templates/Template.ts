/** The parts of a new bundle that make it what it shows. */
export interface Template {
  /** One sentence for the README. */
  about: string;
  /** Files by path; scenarios, prompts and tools among them are named in the arena file. */
  files: Readonly<Record<string, string>>;
  /** What the scripted model says, as YAML below `scenarios`. */
  script: string;
  /** More of the arena file, as YAML below `spec`. */
  arena?: string;
  /** The bundle needs a judge. */
  judged?: boolean;
}

export function manifest(kind: string, name: string, spec: string): string {
  return [
    'apiVersion: promptkit.altairalabs.ai/v1alpha1',
    `kind: ${kind}`,
    'metadata:',
    `  name: ${name}`,
    'spec:',
    indent(spec, 2),
    '',
  ].join('\n');
}

export function indent(text: string, depth: number): string {
  return text
    .replace(/^\n|\s+$/g, '')
    .split('\n')
    .map(line => (line === '' ? line : ' '.repeat(depth) + line))
    .join('\n');
}
