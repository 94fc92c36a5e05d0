import { ReactNode, useEffect, useMemo } from 'react';
import { Container } from '@backstage/ui';
import { ClusterInfo } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useClusters } from '../../hooks/useClusters';
import {
  rememberCluster,
  rememberedCluster,
} from '../../lib/rememberedCluster';
import { useSearchState } from '../../shell';
import { EmptyState, ErrorPanel, LoadingRows } from '../shared';

/** The cluster that a view shows. */
export interface ClusterChoice {
  name: string;
  /** Its state, once known. */
  info: ClusterInfo | undefined;
  /** All that can be chosen; empty until known. */
  all: ClusterInfo[];
  /** What to add to links to other views, so that they show the same cluster. Empty when there is no other. */
  search: Record<string, string>;
  /** Changes of the search parameters that lead to another one. */
  choose(name: string): void;
  /** Asks for the state of the clusters again. */
  recheck(): void;
}

/** True when the cluster is known not to answer: what is not here yet will not come before it does. */
export function isAway(choice: ClusterChoice): boolean {
  return choice.info?.ready === false;
}

/** No search parameters. */
const NOTHING: Record<string, string> = {};

/**
 * Decides which cluster a page shows: that of the address, else the one of the entity, else the one that was looked at last, else the
 * first one. With several, it is put into the address, so that a view can be sent to someone.
 */
export function ClusterScope(props: {
  /** That of the entity to which the view belongs: it goes before what was looked at last. */
  preferred?: string;
  /** The view is a card among others: the address of the page is not its own. */
  isCard?: boolean;
  /** Search parameters that mean something in one cluster alone. */
  resetOnChange?: readonly string[];
  children: (choice: ClusterChoice) => ReactNode;
}) {
  const { preferred, isCard = false, resetOnChange, children } = props;
  const { t } = useArenaTranslation();
  const search = useSearchState();
  const clusters = useClusters();
  const { value: all, reload: recheck } = clusters;
  const addressed = isCard ? undefined : search.get('cluster');
  const name = addressed ?? preferred ?? (isCard ? undefined : lastSeen(all));
  const chosen = name ?? all?.[0]?.name;
  const several = (all?.length ?? 0) > 1;
  const isKnown = all?.some(one => one.name === chosen) ?? false;

  useEffect(() => {
    if (isCard || !several || !chosen || !isKnown) return;
    if (!preferred) rememberCluster(chosen);
    if (addressed !== chosen) search.set({ cluster: chosen });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- other changes of the address are none of ours
  }, [isCard, several, isKnown, preferred, chosen, addressed]);

  const choice = useMemo<ClusterChoice | undefined>(
    () =>
      chosen === undefined
        ? undefined
        : {
            name: chosen,
            info: all?.find(one => one.name === chosen),
            all: all ?? [],
            search: several ? { cluster: chosen } : NOTHING,
            choose: cluster =>
              search.set({
                ...Object.fromEntries(
                  (resetOnChange ?? []).map(key => [key, undefined]),
                ),
                cluster,
              }),
            recheck,
          },
    [chosen, all, several, search, resetOnChange, recheck],
  );

  if (choice) return <>{children(choice)}</>;
  return (
    <Container>
      {clusters.error && (
        <ErrorPanel
          title={t('error.clusters')}
          error={clusters.error}
          onRetry={recheck}
        />
      )}
      {all && (
        <EmptyState
          title={t('cluster.none')}
          description={t('cluster.noneDescription')}
        />
      )}
      {!all && !clusters.error && <LoadingRows />}
    </Container>
  );
}

/** The one that was looked at last, unless it is known to be gone. */
function lastSeen(all: ClusterInfo[] | undefined): string | undefined {
  const last = rememberedCluster();
  return !all || all.some(one => one.name === last) ? last : undefined;
}
