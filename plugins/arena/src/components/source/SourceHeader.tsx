import { useState } from 'react';
import { Alert, Button, ButtonLink, Container, Header } from '@backstage/ui';
import { usePermission } from '@backstage/plugin-permission-react';
import { RiPlayLine, RiRefreshLine, RiUpload2Line } from '@remixicon/react';
import { toError } from '@backstage/errors';
import { useApi } from '@backstage/frontend-plugin-api';
import {
  arenaJobCreatePermission,
  ArenaObject,
  arenaObjectResourceRef,
  arenaResourceUpdatePermission,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { messageOf } from '../../lib/errors';
import { statusText } from '../../lib/jobs';
import { isUploadable, originOf, troubleOf } from '../../lib/sources';
import { JobAddress, useArenaShell } from '../../shell';
import { Age } from '../shared';
import { SourcePhaseBadge } from './SourcePhaseBadge';
import { UploadDialog } from './UploadDialog';
import { useAdvice } from './useAdvice';
import styles from './Source.module.css';

/** What the source is, why it is not ready, and what can be done with it. */
export function SourceHeader(props: {
  address: JobAddress;
  source: ArenaObject;
}) {
  const { address, source } = props;
  const { t } = useArenaTranslation();
  const fetched = statusText(source, 'lastFetchTime');
  return (
    <>
      <Header
        title={address.name}
        tags={[
          { label: `${address.cluster} / ${address.namespace}` },
          { label: String(source.spec.type ?? '') },
        ]}
        metadata={[
          {
            label: t('column.phase'),
            value: <SourcePhaseBadge source={source} />,
          },
          { label: t('column.origin'), value: originOf(source) || '–' },
          {
            label: t('source.fetched'),
            value: fetched ? <Age time={fetched} /> : '–',
          },
        ]}
        customActions={<SourceButtons address={address} source={source} />}
      />
      <Trouble source={source} />
    </>
  );
}

/** Says why a source is not ready, in the controller's words, and what helps. */
function Trouble(props: { source: ArenaObject }) {
  const adviceOf = useAdvice(props.source);
  const trouble = troubleOf(props.source);
  if (!trouble || statusText(props.source, 'phase') !== 'Error') return null;
  const advice = adviceOf(trouble);
  return (
    <Container className={styles.trouble}>
      <Alert
        status="danger"
        icon
        title={trouble.reason}
        description={
          <>
            <p className={styles.text}>{trouble.message}</p>
            {advice && <p className={styles.text}>{advice}</p>}
          </>
        }
      />
    </Container>
  );
}

function SourceButtons(props: { address: JobAddress; source: ArenaObject }) {
  const { address, source } = props;
  const { cluster, namespace, name } = address;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const mayChange = usePermission({
    permission: arenaResourceUpdatePermission,
    resourceRef: arenaObjectResourceRef({ kind: 'ArenaSource', ...address }),
  }).allowed;
  const mayRun = usePermission({
    permission: arenaJobCreatePermission,
  }).allowed;
  const { sync, isPending } = useSync(address);
  const [uploading, setUploading] = useState(false);
  const isSuspended = source.spec.suspend === true;
  return (
    <div className={styles.buttons}>
      {mayChange && isUploadable(source) && (
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiUpload2Line />}
          onPress={() => setUploading(true)}
        >
          {t('source.upload.action')}
        </Button>
      )}
      {mayChange && (
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiRefreshLine />}
          isPending={isPending}
          isDisabled={isSuspended}
          onPress={() => {
            sync();
          }}
        >
          {t(isSuspended ? 'source.sync.suspended' : 'source.sync.action')}
        </Button>
      )}
      {mayRun && (
        <ButtonLink
          size="small"
          variant="primary"
          iconStart={<RiPlayLine />}
          href={links.newJob({ cluster, source: name, namespace })}
        >
          {t('source.run')}
        </ButtonLink>
      )}
      {uploading && (
        <UploadDialog
          address={address}
          folder={originOf(source)}
          onClose={() => setUploading(false)}
        />
      )}
    </div>
  );
}

/** Asks for a fetch. What comes of it the source itself tells. */
function useSync(address: JobAddress) {
  const api = useApi(arenaApiRef);
  const { t } = useArenaTranslation();
  const { notify } = useArenaShell();
  const [isPending, setPending] = useState(false);
  const sync = async () => {
    setPending(true);
    try {
      await api.syncSource(address);
      notify({
        status: 'info',
        message: t('source.sync.asked', { name: address.name }),
      });
    } catch (error) {
      notify({
        status: 'danger',
        message: `${t('error.action')}: ${messageOf(toError(error))}`,
      });
    } finally {
      setPending(false);
    }
  };
  return { sync, isPending };
}
