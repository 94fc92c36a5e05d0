import { useRef, useState } from 'react';
import { Button, Container, Header } from '@backstage/ui';
import { usePermission } from '@backstage/plugin-permission-react';
import { RiAddLine, RiFolderOpenLine } from '@remixicon/react';
import { arenaResourceCreatePermission } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { EmptyState, ErrorPanel } from '../shared';
import { NewSourceDialog } from './NewSourceDialog';
import { SourcesTable } from './SourcesTable';
import { SOURCES_PER_PAGE, useSources } from './useSources';

/** Where bundles come from, live. */
export function SourcesPage() {
  const { t } = useArenaTranslation();
  const [cursor, setCursor] = useState<string>();
  const earlier = useRef<Array<string | undefined>>([]);
  const sources = useSources(cursor);
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
      <Header title={t('sources.title')} customActions={create} />
      <Container>
        {sources.error && (
          <ErrorPanel
            title={t('error.sources')}
            error={sources.error}
            onRetry={sources.reload}
          />
        )}
        {(list || !sources.error) && (
          <SourcesTable
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
          onClose={() => setCreating(false)}
          onCreated={sources.reload}
        />
      )}
    </>
  );
}
