/** A folder of a bundle: its folders and files, each in order of name. */
export interface Folder<T> {
  name: string;
  /** Empty for the bundle itself. */
  path: string;
  folders: Folder<T>[];
  files: Array<{ name: string; file: T }>;
}

/** Makes a tree of files that are known by their paths. */
export function fileTree<T extends { path: string }>(
  files: readonly T[],
): Folder<T> {
  const root: Folder<T> = { name: '', path: '', folders: [], files: [] };
  const known = new Map([['', root]]);
  const folderAt = (path: string): Folder<T> => {
    const found = known.get(path);
    if (found) return found;
    const cut = path.lastIndexOf('/');
    const folder = {
      name: path.slice(cut + 1),
      path,
      folders: [],
      files: [],
    };
    known.set(path, folder);
    folderAt(path.slice(0, Math.max(cut, 0))).folders.push(folder);
    return folder;
  };
  for (const file of files) {
    const cut = file.path.lastIndexOf('/');
    folderAt(file.path.slice(0, Math.max(cut, 0))).files.push({
      name: file.path.slice(cut + 1),
      file,
    });
  }
  for (const folder of known.values()) {
    folder.folders.sort((a, b) => a.name.localeCompare(b.name));
    folder.files.sort((a, b) => a.name.localeCompare(b.name));
  }
  return root;
}

/** The folders that lead to a file, outermost first. */
export function foldersOf(path: string): string[] {
  const steps = path.split('/').slice(0, -1);
  return steps.map((_, index) => steps.slice(0, index + 1).join('/'));
}
