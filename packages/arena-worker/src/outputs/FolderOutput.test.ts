import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderOutput } from './FolderOutput';
import { OutputError } from './OutputStore';

const signal = new AbortController().signal;

describe('FolderOutput', () => {
  let folder: string;
  let out: string;
  let source: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'output-test-'));
    out = join(folder, 'a/b');
    source = join(folder, 'source');
    writeFileSync(source, 'first');
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const report = (name: string, path = source) => ({
    name,
    path,
    size: 5,
    digest: 'sha256:0',
    contentType: 'text/plain',
  });

  async function openFor(runId: string, path = out) {
    const output = new FolderOutput({ path, runId });
    await output.open();
    return output;
  }

  async function fill(runId: string) {
    const output = await openFor(runId);
    await output.put(report('results.json'), signal);
    writeFileSync(source, JSON.stringify({ runId }));
    await output.put(report('manifest.json'), signal);
    await output.finish();
  }

  it('has the files and nothing else in the end', async () => {
    await fill('run-1');
    expect(readdirSync(out).sort()).toEqual(['manifest.json', 'results.json']);
    expect(readFileSync(join(out, 'results.json'), 'utf8')).toBe('first');
  });

  it('lets a run go on after a failure, and repeat itself', async () => {
    const broken = await openFor('run-1');
    await broken.put(report('results.json'), signal);
    writeFileSync(source, 'second');
    await fill('run-1');
    expect(readFileSync(join(out, 'results.json'), 'utf8')).toBe('second');
    await fill('run-1');
  });

  it('never gives the folder of one run to another', async () => {
    await openFor('run-1');
    await expect(openFor('run-2')).rejects.toThrow(OutputError);
    await fill('run-1');
    await expect(openFor('run-2')).rejects.toThrow(
      `The output folder '${out}' holds the results of the run 'run-1'`,
    );
  });

  it('overwrites no file that it did not write', async () => {
    const output = await openFor('run-1', folder);
    writeFileSync(join(folder, 'results.json'), 'mine');
    await expect(output.put(report('results.json'), signal)).rejects.toThrow(
      "already holds a file 'results.json'",
    );
    expect(readFileSync(join(folder, 'results.json'), 'utf8')).toBe('mine');
  });

  it('leaves no half file behind', async () => {
    const output = await openFor('run-1');
    await expect(
      output.put(report('results.json', join(folder, 'missing')), signal),
    ).rejects.toThrow('ENOENT');
    expect(existsSync(join(out, 'results.json'))).toBe(false);
    expect(readdirSync(out)).toEqual(['.arena-run.json']);
  });

  it('stops when told, without a trace of the file', async () => {
    const output = await openFor('run-1');
    await expect(
      output.put(report('results.json'), AbortSignal.abort()),
    ).rejects.toThrow('aborted');
    expect(readdirSync(out)).toEqual(['.arena-run.json']);
  });

  it('says what is wrong with the claim', async () => {
    writeFileSync(join(folder, 'file'), '');
    const output = new FolderOutput({
      path: join(folder, 'file/run-1'),
      runId: 'run-1',
      label: "Folder 'run-1' of the claim 'results'",
    });
    await expect(output.open()).rejects.toThrow(
      /^Folder 'run-1' of the claim 'results' cannot be written: a part of the path is a file \(ENOTDIR/,
    );
  });
});
