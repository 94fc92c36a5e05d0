import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import knexFactory from 'knex';
import { gunzipSync, inflateSync, brotliDecompressSync } from 'node:zlib';
import { writeScriptedBundle } from '../../__testUtils__/scriptedBundle';
import { finished, startPortal } from '../../__testUtils__/startPortal';

jest.setTimeout(300_000);

const CANARY = 'canary.bird@mine.example.com';

/** What compressed bytes say; nothing for bytes that are not compressed. */
function unpacked(bytes: Buffer): string {
  for (const unpack of [gunzipSync, inflateSync, brotliDecompressSync]) {
    try {
      return unpack(bytes).toString('utf8');
    } catch {
      // Compressed in another way, or not at all.
    }
  }
  return '';
}

/** Every text of every table, with what is compressed. */
async function everythingIn(file: string): Promise<string> {
  const knex = knexFactory({
    client: 'better-sqlite3',
    connection: file,
    useNullAsDefault: true,
  });
  try {
    const tables: Array<{ name: string }> = await knex('sqlite_master')
      .where({ type: 'table' })
      .select('name');
    const texts: string[] = [];
    for (const { name } of tables) {
      for (const row of await knex(name)) {
        for (const value of Object.values(row)) {
          texts.push(
            Buffer.isBuffer(value)
              ? `${value.toString('latin1')}\n${unpacked(value)}`
              : String(value),
          );
        }
      }
    }
    return texts.join('\n');
  } finally {
    await knex.destroy();
  }
}

function everyFileIn(folder: string): string {
  return readdirSync(folder, { recursive: true })
    .map(name => join(folder, String(name)))
    .filter(file => statSync(file).isFile())
    .map(file => {
      const bytes = readFileSync(file);
      return `${bytes.toString('latin1')}\n${unpacked(bytes)}`;
    })
    .join('\n');
}

describe('what a rule finds', () => {
  it('is in no table, result, report or output of a run, and in what was said it is replaced', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'arena-redaction-'));
    // The bundle itself has the reply, as a real model would: it is kept apart from what is looked through.
    const bundles = mkdtempSync(join(tmpdir(), 'arena-redaction-bundles-'));
    writeScriptedBundle(join(bundles, 'bad'), `Ask ${CANARY}`);
    const portal = await startPortal(folder, {
      workspaceRoot: bundles,
      arena: { redaction: { builtIn: ['email'] } },
    });
    try {
      await portal.call('POST', `${portal.objects}/arenasources`, {
        apiVersion: 'omnia.altairalabs.ai/v1alpha1',
        kind: 'ArenaSource',
        metadata: { name: 'bad' },
        spec: { type: 'workspace', workspace: { path: 'bad' } },
      });
      await portal.call('POST', `${portal.objects}/arenajobs`, {
        apiVersion: 'omnia.altairalabs.ai/v1alpha1',
        kind: 'ArenaJob',
        metadata: { name: 'bad' },
        spec: {
          sourceRef: { name: 'bad' },
          verbose: true,
          evaluation: { outputFormats: ['json', 'junit', 'csv', 'html'] },
        },
      });
      const job = await portal.waitFor('arenajobs', 'bad', finished);
      expect(job.status.phase).toBe('Failed');
      const run = `${portal.base}/runs/${job.status.run.id}`;
      const transcript = JSON.stringify(
        await portal.call('GET', `${run}/items/0/transcript`),
      );
      expect(transcript).toContain('Ask [REDACTED email]');

      const { reports } = await portal.call('GET', run);
      expect(reports.length).toBeGreaterThan(3);
      for (const { name } of reports) {
        const report = await (await fetch(`${run}/reports/${name}`)).text();
        expect([name, report.includes(CANARY)]).toEqual([name, false]);
      }
      const items = await portal.call('GET', `${run}/items`);
      expect(JSON.stringify(items)).not.toContain(CANARY);
    } finally {
      await portal.stop();
    }
    // But in the archive of the source, which is what the author wrote.
    const tables = await everythingIn(join(folder, 'arena.sqlite'));
    expect(tables).toContain('[REDACTED email]');
    const inResults = tables
      .split('\n')
      .filter(
        line => line.includes(CANARY) && !line.includes('defaultResponse'),
      );
    expect(inResults).toEqual([]);
    rmSync(join(folder, 'data/bundles'), { recursive: true, force: true });
    expect(everyFileIn(join(folder, 'data'))).not.toContain(CANARY);
    rmSync(folder, { recursive: true, force: true });
    rmSync(bundles, { recursive: true, force: true });
  });
});
