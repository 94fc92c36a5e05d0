import { ArenaObject, ListOptions } from '@backstage-arena/plugin-arena-common';
import { Portal } from './openPortal';

const PAGE = 500;

/** All objects of a list, page by page. */
export async function* listAll(
  portal: Pick<Portal, 'api'>,
  query: ListOptions,
): AsyncGenerator<ArenaObject> {
  let token: string | undefined;
  do {
    const page = await portal.api.list({
      ...query,
      limit: PAGE,
      ...(token !== undefined && { continue: token }),
    });
    yield* page.items;
    token = page.metadata.continue;
  } while (token);
}
