import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A repository as its authors see it, and the bare one that servers have. */
export class GitRepository {
  /** Folder of the bare ones. */
  readonly root = mkdtempSync(join(tmpdir(), 'arena-git-'));
  readonly #work = join(this.root, 'work');
  readonly bare = join(this.root, 'bundle.git');

  constructor(objectFormat: 'sha1' | 'sha256' = 'sha1') {
    const init = ['init', '-q', '-b', 'main', '--object-format', objectFormat];
    execFileSync('git', [...init, '--bare', this.bare]);
    execFileSync('git', [...init, this.#work]);
    this.git('remote', 'add', 'origin', this.bare);
  }

  git(...args: string[]): string {
    return execFileSync(
      'git',
      [
        ...['-c', 'user.name=T', '-c', 'user.email=t@example.com'],
        ...['-c', 'protocol.file.allow=always', ...args],
      ],
      { cwd: this.#work, stdio: ['ignore', 'pipe', 'pipe'] },
    )
      .toString()
      .trim();
  }

  path(name: string): string {
    return join(this.#work, name);
  }

  write(files: Record<string, string | Buffer>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path(name)), { recursive: true });
      writeFileSync(this.path(name), content);
    }
  }

  /** Commits everything and pushes it. Returns the SHA. */
  commit(files: Record<string, string | Buffer> = {}, branch = 'main'): string {
    this.write(files);
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', 'change');
    this.git('push', '-q', '-f', 'origin', `HEAD:refs/heads/${branch}`);
    return this.git('rev-parse', 'HEAD');
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
