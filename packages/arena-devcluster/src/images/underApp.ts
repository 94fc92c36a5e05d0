import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';

/** Makes a layer that has a folder at `/app`. */
export async function underApp(source: string, layer: string): Promise<string> {
  await mkdir(layer);
  await cp(source, path.join(layer, 'app'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  return layer;
}
