import { useRef, useState } from 'react';
import { Button, Container, Header } from '@backstage/ui';
import { usePermission } from '@backstage/plugin-permission-react';
import { RiAddLine, RiFolderOpenLine } from '@remixicon/react';
import { arenaResourceCreatePermission } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import {
  ClusterChoice,
  ClusterNotice,
  ClusterScope,
  isAway,
  PageActions,
  useClusterQuery,
} from '../clusters';
import { addressOf } from '../../lib/jobs';
import { useArenaShell } from '../../shell';
import { EmptyState, ErrorPanel } from '../shared';
import { NewSourceDialog } from './NewSourceDialog';
import { SourcesTable } from './SourcesTable';
import { SOURCES_PER_PAGE, useSources } from './useSources';

/** Where the bundles of a cluster come from, live. */
export function SourcesPage() {
  return (
    <ClusterScope>
      {choice => <SourcesOfCluster key={choice.name} choice={choice} />}
    </ClusterScope>
  );
}

function SourcesOfCluster(props: { choice: ClusterChoice }) {
  const { choice } = props;
  const { t } = useArenaTranslation();
  const [cursor, setCursor] = useState<string>();
  const earlier = useRef<Array<string | undefined>>([]);
  const sources = useSources(choice.name, cursor);
  const error = useClusterQuery(choice, sources);
  const { links, navigate } = useArenaShell();
  const [creating, setCreating] = useState(false);
  const { allowed: canCreate } = usePermission({
    permission: arenaResourceCreatePermission,
  });
  const list = sources.value;
  const next = list?.metadata.continue;
  const create = canCreate && (
    <Button
      size="small"
      variant="primary"
      iconStart={<RiAddLine />}
      onPress={() => setCreating(true)}
    >
      {t('source.new')}
    </Button>
  );

  return (
    <>
      <Header
        title={t('sources.title')}
        customActions={<PageActions choice={choice}>{create}</PageActions>}
      />
      <Container>
        <ClusterNotice choice={choice} />
        {error && (
          <ErrorPanel
            title={t('error.sources')}
            error={error}
            onRetry={sources.reload}
          />
        )}
        {(list || (!sources.error && !isAway(choice))) && (
          <SourcesTable
            choice={choice}
            sources={list?.items}
            pagination={
              next || cursor
                ? {
                    type: 'page',
                    pageSize: SOURCES_PER_PAGE,
                    pageSizeOptions: [],
                    showPaginationLabel: false,
                    hasNextPage: next !== undefined,
                    hasPreviousPage: cursor !== undefined,
                    onNextPage: () => {
                      earlier.current.push(cursor);
                      setCursor(next);
                    },
                    onPreviousPage: () => setCursor(earlier.current.pop()),
                  }
                : { type: 'none' }
            }
            emptyState={
              <EmptyState
                icon={<RiFolderOpenLine size={40} />}
                title={t('sources.empty')}
                description={t('sources.emptyDescription')}
                action={create}
              />
            }
          />
        )}
      </Container>
      {creating && (
        <NewSourceDialog
          cluster={choice.name}
          clusterKind={choice.info?.kind ?? 'embedded'}
          isNamed={choice.all.length > 1}
          onClose={() => setCreating(false)}
          onCreated={source =>
            navigate(links.source(addressOf(source, choice.name)))
          }
        />
      )}
    </>
  );
}
