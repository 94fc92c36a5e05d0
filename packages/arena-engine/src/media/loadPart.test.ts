import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadPart, MAX_MEDIA_BYTES } from './loadPart';

describe('loadPart', () => {
  let root: string;
  let bundle: string;

  beforeAll(() => {
    root = mkdtempSync(path.join(tmpdir(), 'parts-'));
    bundle = path.join(root, 'bundle');
    mkdirSync(path.join(bundle, 'media'), { recursive: true });
    writeFileSync(path.join(root, 'secret.png'), 'secret');
    writeFileSync(path.join(bundle, 'media', 'A.PNG'), 'pixels');
    writeFileSync(path.join(bundle, '..odd.png'), 'odd');
    symlinkSync(
      path.join(root, 'secret.png'),
      path.join(bundle, 'media', 'link.png'),
    );
    symlinkSync('A.PNG', path.join(bundle, 'media', 'inner.png'));
    writeFileSync(path.join(bundle, 'huge.mp4'), '');
    truncateSync(path.join(bundle, 'huge.mp4'), MAX_MEDIA_BYTES + 1);
  });

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const file = (name: string, base?: string) =>
    loadPart({ type: 'image', media: { file_path: name } }, bundle, base);

  it('keeps text', async () => {
    await expect(
      loadPart({ type: 'text', text: 'hi' }, bundle),
    ).resolves.toEqual({ type: 'text', text: 'hi' });
  });

  it('reads a file and takes the media type from its name', async () => {
    await expect(file('media/A.PNG')).resolves.toEqual({
      type: 'image',
      mimeType: 'image/png',
      data: Buffer.from('pixels').toString('base64'),
    });
    await expect(
      file('A.PNG', path.join(bundle, 'media')),
    ).resolves.toMatchObject({ mimeType: 'image/png' });
  });

  it('follows links within the bundle, and names that only look like a way out', async () => {
    await expect(file('media/inner.png')).resolves.toMatchObject({
      data: Buffer.from('pixels').toString('base64'),
    });
    await expect(file('..odd.png')).resolves.toMatchObject({
      data: Buffer.from('odd').toString('base64'),
    });
  });

  it('prefers the given media type and keeps detail and caption', async () => {
    await expect(
      loadPart(
        {
          type: 'image',
          media: {
            file_path: 'media/A.PNG',
            mime_type: 'image/x-own',
            detail: 'low',
            caption: 'A',
          },
        },
        bundle,
      ),
    ).resolves.toMatchObject({
      mimeType: 'image/x-own',
      detail: 'low',
      caption: 'A',
    });
  });

  it.each([
    ['nothing.png', /"nothing.png" does not exist/],
    ['../secret.png', /"..\/secret.png" lies outside/],
    ['/etc/hostname', /outside of the bundle|does not exist/],
    ['media/link.png', /"media\/link.png" lies outside/],
    ['media', /"media" is not a file/],
    ['huge.mp4', /"huge.mp4" has 20971521 bytes/],
  ])('refuses the file %s', async (name, message) => {
    await expect(file(name)).rejects.toThrow(message);
    await expect(file(name)).rejects.toMatchObject({ name: 'BundleFault' });
  });

  it('keeps addresses and unpacks data addresses', async () => {
    await expect(
      loadPart(
        { type: 'audio', media: { url: 'https://e.org/a.mp3?x=1' } },
        bundle,
      ),
    ).resolves.toEqual({
      type: 'audio',
      mimeType: 'audio/mpeg',
      url: 'https://e.org/a.mp3?x=1',
    });
    await expect(
      loadPart(
        { type: 'image', media: { url: 'data:image/gif;base64,R0lG' } },
        bundle,
      ),
    ).resolves.toEqual({ type: 'image', mimeType: 'image/gif', data: 'R0lG' });
  });

  it.each([
    [{}, /has nothing in its media/],
    [{ data: 'AAAA', url: 'https://e.org' }, /has url and data/],
    [{ data: 'no base64!' }, /is not base64/],
    [{ url: 'file:///etc/passwd' }, /allowed are http, https and data/],
    [{ url: 'nowhere' }, /is no address/],
    [{ storage_reference: 'x' }, /there is no media store/],
  ])('refuses the media %j', async (media, message) => {
    await expect(loadPart({ type: 'image', media }, bundle)).rejects.toThrow(
      message,
    );
  });
});
