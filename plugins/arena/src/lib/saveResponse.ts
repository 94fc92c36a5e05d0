/** Saves the body of an answer as a file. A plain link could not carry the user's token. */
export async function saveResponse(
  response: Response,
  fileName: string,
): Promise<void> {
  saveBlob(await response.blob(), fileName);
}

/** Saves a text as a file. */
export function saveText(text: string, type: string, fileName: string): void {
  saveBlob(new Blob([text], { type }), fileName);
}

/** Saves bytes as a file. */
export function saveBlob(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  document.body.append(link);
  link.click();
  link.remove();
  // Some browsers start reading only after the click has been handled.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
