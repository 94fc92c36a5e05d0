import { InputError } from '@backstage/errors';
import busboy from 'busboy';
import { Request } from 'express';
import { PassThrough, Readable } from 'node:stream';
import { UploadedFile } from '../sources/upload/WorkspaceUploads';
import { WorkspaceLimits } from '../sources/workspace/WorkspaceLimits';
import { httpError } from './errorStatus';

/**
 * The files of a form (`multipart/form-data`), one after the other, as they come. The name of a field is the path of its file,
 * percent-encoded: browsers cut folders off the names of files, and escape quotes alone.
 *
 * @throws InputError
 */
export async function* readUpload(
  req: Request,
  limits: WorkspaceLimits,
): AsyncGenerator<UploadedFile> {
  if (!req.is('multipart/form-data')) {
    throw httpError(
      415,
      'UnsupportedMediaTypeError',
      'Send the files as multipart/form-data, each as a field whose name is its path',
    );
  }
  const files = new PassThrough({ objectMode: true });
  let parser: busboy.Busboy;
  try {
    parser = busboy({
      headers: req.headers,
      preservePath: true,
      defParamCharset: 'utf8',
      limits: {
        // One more than is allowed: what counts them says so.
        files: limits.maxFiles + 1,
        fileSize: limits.maxFileBytes + 1,
        fields: 0,
        fieldNameSize: 4_096,
      },
    });
  } catch (error) {
    throw new InputError(`The form cannot be read: ${error}`);
  }
  parser.on('file', (name: string, content: Readable) => {
    const path = decodePath(name);
    if (path === undefined) {
      content.resume();
      files.destroy(
        new InputError(
          `Invalid name of a field ${JSON.stringify(
            name,
          )}: it must be a path, percent-encoded`,
        ),
      );
      return;
    }
    files.write({ path, content });
  });
  parser.on('fieldsLimit', () =>
    files.destroy(
      new InputError('The form has a field that is no file: send files alone'),
    ),
  );
  parser.on('error', error =>
    files.destroy(new InputError(`The form cannot be read: ${error}`)),
  );
  parser.on('close', () => files.end());
  req.on('aborted', () =>
    files.destroy(new InputError('The upload was broken off')),
  );
  req.pipe(parser);
  try {
    yield* files as AsyncIterable<UploadedFile>;
  } finally {
    req.unpipe(parser);
    // What is left is not wanted any more; unread it would hold the connection.
    req.resume();
  }
}

function decodePath(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}
