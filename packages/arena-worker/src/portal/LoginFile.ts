import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod/v4';
import { CliError } from '../cli/errors';

const loginSchema = z.object({
  url: z.string(),
  token: z.string().optional(),
  /** The token was given to a guest, and is asked for anew when it runs out. */
  guest: z.boolean().optional(),
  cluster: z.string().optional(),
  namespace: z.string().optional(),
});

/** What `arena login` remembers. */
export type Login = z.infer<typeof loginSchema>;

/** `ARENA_CONFIG`, or `arena/login.json` in the user's configuration folder. */
export function loginFilePath(): string {
  if (process.env.ARENA_CONFIG) return process.env.ARENA_CONFIG;
  const base = process.env.XDG_CONFIG_HOME || join(homedir(), '.config');
  return join(base, 'arena', 'login.json');
}

export async function readLogin(): Promise<Login | undefined> {
  const path = loginFilePath();
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CliError(`The login file cannot be read: ${error}`);
  }
  try {
    return loginSchema.parse(JSON.parse(content));
  } catch {
    throw new CliError(
      `The login file '${path}' is damaged: remove it and run 'arena login' again`,
    );
  }
}

/** Only its owner may read the file: it holds a token. */
export async function writeLogin(login: Login): Promise<string> {
  const path = loginFilePath();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID().slice(0, 8)}`;
  try {
    await writeFile(temporary, `${JSON.stringify(login, null, 2)}\n`, {
      mode: 0o600,
      flag: 'wx',
    });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return path;
}
