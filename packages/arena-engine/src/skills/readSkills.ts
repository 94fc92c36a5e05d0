import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { BundleProblem } from '../Engine';
import { SkillSource, skillHeadSchema } from '../bundle/schemas/skill';
import { validateManifest } from '../bundle/validateManifest';
import { YamlFile } from '../bundle/YamlFile';
import { readInside, resolveInside } from '../util/confinedFile';
import { Skill } from './Skill';

const FILE = 'SKILL.md';
const MAX_FILE_BYTES = 1024 * 1024;
const MAX_DEPTH = 16;
const MAX_FOLDERS = 10_000;
const SKIPPED = new Set(['node_modules', '.git']);

/** Where faults of skills go. */
export interface SkillFaults {
  /** At a source in the arena file. */
  problem(at: Array<string | number>, message: string): void;
  /** What the original overlooks. */
  tolerable(at: Array<string | number>, message: string): void;
  /** In a file of a skill. */
  inFile(problems: BundleProblem[]): void;
}

/**
 * Reads the skills of a bundle. A folder is a skill, or has skills at any depth. Of two with one name the first is taken.
 *
 * @param base - absolute folder of the arena file
 * @param bundle - absolute folder of the bundle, which no skill may lie outside of
 */
export async function readSkills(
  sources: readonly SkillSource[],
  options: { base: string; bundle: string; faults: SkillFaults },
): Promise<Skill[]> {
  const skills = new Map<string, Skill>();
  for (const [index, source] of sources.entries()) {
    const at = ['spec', 'skills', index];
    for (const skill of await readSource(source, at, options)) {
      const known = skills.get(skill.name);
      if (!known) {
        skills.set(skill.name, skill);
      } else if (known.folder !== undefined && known.folder === skill.folder) {
        known.preload ||= skill.preload;
      } else {
        options.faults.tolerable(
          at,
          `Two skills have the name "${skill.name}"`,
        );
      }
    }
  }
  return [...skills.values()];
}

async function readSource(
  source: SkillSource,
  at: Array<string | number>,
  options: Parameters<typeof readSkills>[1],
): Promise<Skill[]> {
  const { faults } = options;
  const named = source.path ?? source.dir;
  if (named === undefined) {
    const { name, instructions } = source;
    if (!name || instructions === undefined) {
      faults.problem(
        at,
        'A skill has a path, or a name and instructions of its own',
      );
      return [];
    }
    return [
      {
        name,
        description: source.description ?? '',
        instructions,
        allowedTools: [],
        preload: source.preload ?? false,
      },
    ];
  }
  const field = [...at, source.path === undefined ? 'dir' : 'path'];
  const start = path.resolve(options.base, named);
  let root: string;
  try {
    root = await resolveInside(
      options.bundle,
      path.relative(options.bundle, start),
    );
  } catch (error) {
    const exists = await stat(start).then(
      () => true,
      () => false,
    );
    if (exists || path.relative(options.bundle, start).startsWith('..')) {
      faults.problem(
        field,
        `The skill path "${named}" lies outside of the bundle`,
      );
    } else {
      faults.tolerable(field, `The skill path "${named}" does not exist`);
    }
    return [];
  }
  const folders = await findFolders(root);
  if (folders.length === 0) {
    faults.tolerable(field, `There is no ${FILE} in "${named}"`);
  }
  const mount = path.posix
    .normalize(source.mount_as ?? named)
    .replace(/\/$/, '');
  const skills: Skill[] = [];
  for (const folder of folders) {
    const inside = path.relative(root, folder).split(path.sep).join('/');
    const skill = await readSkill(folder, options);
    if (!skill) continue;
    skills.push({
      ...skill,
      preload: source.preload ?? false,
      path: path.posix.join(mount, inside).replace(/\/$/, ''),
      folder,
    });
  }
  return skills;
}

/** Folders with a skill, sorted. What lies in a skill belongs to it. */
async function findFolders(root: string): Promise<string[]> {
  const found: string[] = [];
  const open = [{ folder: root, depth: 0 }];
  for (let seen = 0; seen < MAX_FOLDERS; seen++) {
    const next = open.pop();
    if (!next) break;
    // Links are no folders here, so that they cannot lead out or in a circle.
    const entries = await readdir(next.folder, { withFileTypes: true });
    if (entries.some(entry => entry.name === FILE && entry.isFile())) {
      found.push(next.folder);
      continue;
    }
    if (next.depth >= MAX_DEPTH) continue;
    for (const entry of entries) {
      if (!entry.isDirectory() || SKIPPED.has(entry.name)) continue;
      open.push({
        folder: path.join(next.folder, entry.name),
        depth: next.depth + 1,
      });
    }
  }
  return found.sort();
}

async function readSkill(
  folder: string,
  { bundle, faults }: Parameters<typeof readSkills>[1],
): Promise<Omit<Skill, 'preload'> | undefined> {
  const file = path
    .relative(bundle, path.join(folder, FILE))
    .split(path.sep)
    .join('/');
  let text: string;
  try {
    text = await readInside(folder, FILE, MAX_FILE_BYTES);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    faults.inFile([{ severity: 'error', file, message }]);
    return undefined;
  }
  const match = /^---[ \t]*\r?\n((?:[\s\S]*?\n)?)---[ \t]*(?:\r?\n|$)/.exec(
    text,
  );
  if (!match) {
    const message =
      'A skill begins with its name and description between two lines of ---';
    faults.inFile([{ severity: 'error', file, line: 1, column: 1, message }]);
    return undefined;
  }
  // The line of dashes stays as an empty one, so that faults are found at their lines.
  const head = new YamlFile(file, `\n${match[1].trim() ? match[1] : '{}'}`);
  const { value, problems } = validateManifest(head, skillHeadSchema);
  faults.inFile(problems);
  return (
    value && {
      name: value.name || path.basename(folder),
      description: value.description ?? '',
      instructions: text.slice(match[0].length).trim(),
      allowedTools: value['allowed-tools'] ?? [],
    }
  );
}
