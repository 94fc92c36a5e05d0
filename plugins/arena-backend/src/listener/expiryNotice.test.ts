import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCertificate } from './__testUtils__/writeCertificate';
import { expiryNotice } from './expiryNotice';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('expiryNotice', () => {
  const folder = mkdtempSync(join(tmpdir(), 'expiry-test-'));
  const certFile = join(folder, 'tls.crt');
  writeCertificate({ certFile, keyFile: join(folder, 'tls.key') });
  const pem = readFileSync(certFile, 'utf8');
  const end = new X509Certificate(pem).validToDate;
  const date = end.toISOString().slice(0, 10);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    [15, undefined],
    [14, undefined],
    [13.5, `ends on ${date}, in 13 days`],
    [0.5, `ends on ${date}, in 0 days`],
    [-0.5, `ended on ${date}`],
  ])('%d days before the end', (days, notice) => {
    const now = new Date(end.getTime() - days * DAY_MS);
    expect(expiryNotice(pem, now)).toBe(notice);
  });
});
