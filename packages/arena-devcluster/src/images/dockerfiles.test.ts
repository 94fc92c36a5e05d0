import { readFileSync } from 'node:fs';
import { repositoryFolder } from '../packageFolder';
import { ImageConfig } from './buildImage';
import { PORTAL_CONFIG } from './portalImage';
import { WORKER_CONFIG } from './workerImage';

/** What the last stage of a Dockerfile says. */
function lastStage(file: string) {
  const stages = readFileSync(repositoryFolder(file), 'utf8').split(/^FROM /m);
  const value = (instruction: string) =>
    new RegExp(`^${instruction} (.*)$`, 'm').exec(stages.at(-1)!)?.[1];
  return {
    entrypoint: JSON.parse(value('ENTRYPOINT')!),
    rest: {
      Cmd: JSON.parse(value('CMD')!),
      Env: value('ENV')!.split(' '),
      User: value('USER'),
      WorkingDir: value('WORKDIR'),
    },
  };
}

function described({ Cmd, Env, User, WorkingDir }: ImageConfig) {
  // Where programs are depends on what an image is based on.
  const env = Env?.filter(each => !each.startsWith('PATH='));
  return { Cmd, Env: env, User, WorkingDir };
}

describe('images made by a Dockerfile', () => {
  it('should start workers as ours does', () => {
    const { entrypoint, rest } = lastStage('packages/arena-worker/Dockerfile');
    expect(rest).toEqual(described(WORKER_CONFIG));
    expect(entrypoint[1]).toMatch(/\/arena-worker\/bin\/arena$/);
    expect(WORKER_CONFIG.Entrypoint[1]).toMatch(/\/arena-worker\/bin\/arena$/);
  });

  it('should start the portal as ours does', () => {
    const { entrypoint, rest } = lastStage('packages/backend/Dockerfile');
    expect(rest).toEqual(described(PORTAL_CONFIG));
    expect(entrypoint).toEqual(PORTAL_CONFIG.Entrypoint);
  });
});
