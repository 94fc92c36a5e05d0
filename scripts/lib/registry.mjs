import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

/**
 * Serves packed packages as an npm registry would, on the loopback interface: an installation from it takes the same way as one from the
 * public registry.
 *
 * @param {Array<{ manifest: object, file: string }>} packages
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startRegistry(packages) {
  const tarballs = new Map();
  for (const { manifest, file } of packages) {
    tarballs.set(manifest.name, { manifest, content: await readFile(file) });
  }
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url.split('?')[0].slice(1));
    const [name, rest] = path.split('/-/');
    const found = tarballs.get(name);
    if (!found) {
      response.writeHead(404).end('{"error":"not found"}');
    } else if (rest) {
      response
        .writeHead(200, { 'content-type': 'application/octet-stream' })
        .end(found.content);
    } else {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(packument(found, request.headers.host)));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function packument({ manifest, content }, host) {
  const { name, version } = manifest;
  // Portals refuse versions that are too fresh.
  const published = new Date(Date.now() - 30 * 24 * 3_600_000).toISOString();
  return {
    name,
    'dist-tags': { latest: version },
    time: { created: published, modified: published, [version]: published },
    versions: {
      [version]: {
        ...manifest,
        dist: {
          tarball: `http://${host}/${name}/-/${version}.tgz`,
          integrity: `sha512-${createHash('sha512')
            .update(content)
            .digest('base64')}`,
          shasum: createHash('sha1').update(content).digest('hex'),
        },
      },
    },
  };
}
