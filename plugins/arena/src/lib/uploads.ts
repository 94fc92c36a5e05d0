import { SourceUpload } from '@backstage-arena/plugin-arena-common';

/** Files that a person chose, with the paths that they have within the folder that was chosen. */
export function uploadsOf(files: readonly File[]): SourceUpload[] {
  return files.map(file => ({
    // The first step is the folder itself; a file that was chosen alone has no path.
    path: file.webkitRelativePath.split('/').slice(1).join('/') || file.name,
    content: file,
  }));
}

/** False for what folders have that is no part of a bundle: version control, and notes that systems leave behind. */
export function isForBundle({ path }: SourceUpload): boolean {
  const steps = path.split('/');
  return (
    !steps.includes('.git') &&
    !['.DS_Store', 'Thumbs.db'].includes(steps[steps.length - 1])
  );
}
