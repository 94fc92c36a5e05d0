import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Layout } from './Layout';
import { readAuditLog } from './readAuditLog';

describe('readAuditLog', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'arena-audit-'));
    await mkdir(path.join(folder, 'log'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('should read all files in order, up to a line that is being written', async () => {
    const write = (name: string, text: string) =>
      writeFile(path.join(folder, 'log', name), text);
    await write(
      'audit.log',
      '{"verb":"get"}\n{"verb":"list"}\n{"user":{"a":1}',
    );
    await write('audit-2026-01-02T03-04-05.000.log', '{"verb":"create"}\n');
    await write('etcd.log', 'no event\n');
    const events = await readAuditLog(new Layout(folder));
    expect(events.map(each => each.verb)).toEqual(['create', 'get', 'list']);
  });
});
