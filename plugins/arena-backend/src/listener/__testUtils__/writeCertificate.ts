import { execFileSync } from 'node:child_process';
import { CertificateFiles } from '../../config/readListener';

/** Makes a certificate that signs itself, good for a day, for `localhost` and for the given addresses. */
export function writeCertificate(
  tls: CertificateFiles,
  addresses: readonly string[] = [],
): void {
  const names = ['DNS:localhost', ...addresses.map(ip => `IP:${ip}`)];
  const options =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost';
  execFileSync(
    'openssl',
    [
      ...options.split(' '),
      ...['-addext', `subjectAltName=${names.join(',')}`],
      ...['-keyout', tls.keyFile, '-out', tls.certFile],
    ],
    { stdio: 'ignore' },
  );
}
