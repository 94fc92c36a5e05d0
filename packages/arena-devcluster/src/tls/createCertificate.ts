import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../process/run';

/** A certificate for `localhost` and `127.0.0.1` that signs itself: it is its own CA. As PEM. @public */
export interface TestCertificate {
  certificate: string;
  key: string;
}

/** Makes a certificate with a new key. @param folder - Where the files are left. @public */
export async function createCertificate(
  folder: string,
): Promise<TestCertificate> {
  const key = path.join(folder, 'tls.key');
  const certificate = path.join(folder, 'tls.crt');
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    ...['-nodes', '-days', '2', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ...['-keyout', key, '-out', certificate],
  ]);
  return {
    key: await readFile(key, 'utf8'),
    certificate: await readFile(certificate, 'utf8'),
  };
}
