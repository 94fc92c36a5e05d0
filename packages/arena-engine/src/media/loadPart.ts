import { open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { ContentPart } from '../bundle/schemas/scenario';
import { BundleFault } from '../conversation/errors';
import { MediaPart, MessagePart } from '../conversation/messages';
import { mimeTypeOf } from './mimeTypes';

/** Largest media file, and largest inline content once decoded. */
export const MAX_MEDIA_BYTES = 20 * 1024 * 1024;

const DATA_URL = /^data:([^;,]*)((?:;[^;,]*)*),(.*)$/s;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/**
 * Makes a message part of what a bundle says about it. Files are read, addresses are kept.
 *
 * @param directory - the bundle's folder; no file outside of it is read
 * @param base - folder that paths start from, when it is another one within the bundle
 * @throws BundleFault naming the file, when it is missing, too large or outside of the bundle; and when a part does not
 * say what it holds.
 */
export async function loadPart(
  part: ContentPart,
  directory: string,
  base: string = directory,
): Promise<MessagePart> {
  if (part.type === 'text') return { type: 'text', text: part.text ?? '' };
  const media = part.media ?? {};
  const given = (['file_path', 'url', 'data', 'storage_reference'] as const)
    // An empty text says nothing.
    .filter(name => media[name]);
  if (given.length !== 1) {
    const names = given.join(' and ') || 'nothing';
    throw new BundleFault(
      `A part of type ${part.type} has ${names} in its media: exactly one of file_path, url and data is needed`,
    );
  }
  const result: MediaPart = {
    type: part.type,
    mimeType: media.mime_type ?? '',
    ...(media.detail ? { detail: media.detail } : {}),
    ...(media.caption ? { caption: media.caption } : {}),
  };
  if (media.file_path) {
    const content = await readInside(media.file_path, directory, base);
    result.data = content.toString('base64');
    result.mimeType ||= mimeTypeOf(media.file_path);
    return result;
  }
  if (media.data) {
    result.data = checkedData(media.data, part.type);
    return result;
  }
  if (media.url) return withUrl(result, media.url);
  throw new BundleFault(
    `A part of type ${part.type} has a storage_reference (${media.storage_reference}): there is no media store; use file_path, url or data`,
  );
}

function withUrl(part: MediaPart, url: string): MediaPart {
  const data = DATA_URL.exec(url);
  if (data) {
    const [, mimeType, options, content] = data;
    return {
      ...part,
      mimeType: part.mimeType || mimeType,
      data: options.split(';').includes('base64')
        ? checkedData(content, part.type)
        : Buffer.from(decoded(content, part.type)).toString('base64'),
    };
  }
  const { protocol, pathname } = parseUrl(url, part.type);
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new BundleFault(
      `The url of a part of type ${part.type} is "${url}": allowed are http, https and data`,
    );
  }
  return { ...part, url, mimeType: part.mimeType || mimeTypeOf(pathname) };
}

function decoded(content: string, type: string): string {
  try {
    return decodeURIComponent(content);
  } catch {
    throw new BundleFault(
      `The url of a part of type ${type} has data with a wrong % escape`,
    );
  }
}

function parseUrl(url: string, type: string): URL {
  try {
    return new URL(url);
  } catch {
    throw new BundleFault(
      `The url of a part of type ${type} is "${url}": that is no address`,
    );
  }
}

function checkedData(data: string, type: string): string {
  const compact = data.replace(/\s+/g, '');
  const bytes = Math.floor((compact.length * 3) / 4);
  if (bytes > MAX_MEDIA_BYTES) throw tooLarge(`The data of a part`, bytes);
  if (!BASE64.test(compact)) {
    throw new BundleFault(`The data of a part of type ${type} is not base64`);
  }
  return compact;
}

async function readInside(
  file: string,
  directory: string,
  base: string,
): Promise<Buffer> {
  const absolute = path.resolve(base, file);
  let real: string;
  try {
    real = await realpath(absolute);
  } catch (error) {
    throw fileFault(file, error);
  }
  // A bundle comes from a repository that others write to: links must not lead out of it.
  const inside = path.relative(await realpath(directory), real);
  if (inside.split(path.sep)[0] === '..' || path.isAbsolute(inside)) {
    throw new BundleFault(`Media file "${file}" lies outside of the bundle`);
  }
  try {
    // Opening a pipe would wait for a writer, and a device would never end.
    if (!(await stat(real)).isFile()) {
      throw new BundleFault(`Media file "${file}" is not a file`);
    }
    const handle = await open(real, 'r');
    try {
      const stats = await handle.stat();
      if (stats.size > MAX_MEDIA_BYTES) {
        throw tooLarge(`Media file "${file}"`, stats.size);
      }
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof BundleFault ? error : fileFault(file, error);
  }
}

function fileFault(file: string, error: unknown): BundleFault {
  const code: unknown = Reflect.get(Object(error), 'code');
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? new BundleFault(`Media file "${file}" does not exist in the bundle`)
    : new BundleFault(
        `Media file "${file}" cannot be read: ${
          error instanceof Error ? error.message : String(error)
        }`,
      );
}

function tooLarge(what: string, bytes: number): BundleFault {
  return new BundleFault(
    `${what} has ${bytes} bytes: allowed are at most ${MAX_MEDIA_BYTES}`,
  );
}
