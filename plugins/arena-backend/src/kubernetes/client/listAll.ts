import { z } from 'zod/v4';
import { KubeClient } from './KubeClient';
import { isGone } from './kubeErrors';
import { KubeObject } from './KubeObject';

const listSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({
    resourceVersion: z.string(),
    continue: z.string().optional(),
  }),
  items: z.array(z.looseObject({})).nullish(),
});

/** Options of {@link listAll}. */
export interface ListAllOptions {
  path: string;
  labelSelector?: string;
  fieldSelector?: string;
  pageSize: number;
  signal?: AbortSignal;
  onPage?: () => void;
}

/**
 * Reads a list in pages, which belong together. When the API server forgets how things were at its beginning, it begins anew; a cluster
 * in which that happens again is read in one piece.
 */
export async function listAll(
  client: KubeClient,
  options: ListAllOptions,
): Promise<{ items: KubeObject[]; resourceVersion: string }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listPages(client, {
        ...options,
        pageSize: attempt < 3 ? options.pageSize : undefined,
      });
    } catch (error) {
      if (!isGone(error) || attempt === 3) throw error;
    }
  }
}

async function listPages(
  client: KubeClient,
  options: Omit<ListAllOptions, 'pageSize'> & { pageSize?: number },
): Promise<{ items: KubeObject[]; resourceVersion: string }> {
  const { path, labelSelector, fieldSelector, pageSize, signal } = options;
  const items: KubeObject[] = [];
  let token: string | undefined;
  for (;;) {
    const { body } = await client.request({
      path,
      query: { limit: pageSize, continue: token, labelSelector, fieldSelector },
      signal,
      timeoutMs: 60_000,
    });
    const page = listSchema.parse(body);
    options.onPage?.();
    // Objects in lists of built-in kinds do not say what they are.
    const apiVersion = page.apiVersion;
    const kind = page.kind.replace(/List$/, '');
    for (const item of page.items ?? []) {
      items.push({ apiVersion, kind, ...item });
    }
    token = page.metadata.continue;
    if (!token) {
      return { items, resourceVersion: page.metadata.resourceVersion };
    }
  }
}
