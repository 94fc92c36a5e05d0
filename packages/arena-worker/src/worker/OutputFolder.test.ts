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
import { OutputFolder, OutputTakenError } from './OutputFolder';

describe('OutputFolder', () => {
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

  async function fill(runId: string) {
    const output = await OutputFolder.claim(out, runId);
    await output.add('results.json', source);
    writeFileSync(source, JSON.stringify({ runId }));
    await output.add('manifest.json', source);
    await output.finish();
  }

  it('has the files and nothing else in the end', async () => {
    await fill('run-1');
    expect(readdirSync(out).sort()).toEqual(['manifest.json', 'results.json']);
    expect(readFileSync(join(out, 'results.json'), 'utf8')).toBe('first');
  });

  it('lets a run go on after a failure, and repeat itself', async () => {
    const broken = await OutputFolder.claim(out, 'run-1');
    await broken.add('results.json', source);
    writeFileSync(source, 'second');
    await fill('run-1');
    expect(readFileSync(join(out, 'results.json'), 'utf8')).toBe('second');
    await fill('run-1');
  });

  it('never gives the folder of one run to another', async () => {
    await OutputFolder.claim(out, 'run-1');
    await expect(OutputFolder.claim(out, 'run-2')).rejects.toThrow(
      OutputTakenError,
    );
    await fill('run-1');
    await expect(OutputFolder.claim(out, 'run-2')).rejects.toThrow(
      `The output folder '${out}' holds the results of the run 'run-1'`,
    );
  });

  it('overwrites no file that it did not write', async () => {
    const output = await OutputFolder.claim(folder, 'run-1');
    writeFileSync(join(folder, 'results.json'), 'mine');
    await expect(output.add('results.json', source)).rejects.toThrow(
      "already holds a file 'results.json'",
    );
    expect(readFileSync(join(folder, 'results.json'), 'utf8')).toBe('mine');
  });

  it('leaves no half file behind', async () => {
    const output = await OutputFolder.claim(out, 'run-1');
    await expect(
      output.add('results.json', join(folder, 'missing')),
    ).rejects.toThrow('ENOENT');
    expect(existsSync(join(out, 'results.json'))).toBe(false);
    expect(readdirSync(out)).toEqual(['.arena-run.json']);
  });
});
