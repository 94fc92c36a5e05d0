import { Text } from '@backstage/ui';
import { identityApiRef, useApi } from '@backstage/frontend-plugin-api';
import { usePermission } from '@backstage/plugin-permission-react';
import {
  arenaCommentCreatePermission,
  arenaCommentDeletePermission,
} from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useQuery } from '../../hooks/useQuery';
import { jobResourceRef } from '../../lib/jobs';
import { JobAddress } from '../../shell';
import { ErrorPanel, LoadingRows } from '../shared';
import { CommentEditor } from './CommentEditor';
import { CommentView } from './CommentView';
import { LabelRow } from './LabelRow';
import { useDiscussion } from './useDiscussion';
import styles from './Comments.module.css';

/** Labels and comments of an item, live; those who may take part in it do so here. */
export function Discussion(props: {
  runId: string;
  index: number;
  /** The job of the run. */
  address: JobAddress;
  /** Labels of other items of the job. */
  used: string[];
}) {
  const { runId, index, address, used } = props;
  const { t } = useArenaTranslation();
  const identityApi = useApi(identityApiRef);
  const me = useQuery(
    async () => (await identityApi.getBackstageIdentity()).userEntityRef,
    [identityApi],
  );
  const resourceRef = jobResourceRef(address);
  const { allowed: mayComment } = usePermission({
    permission: arenaCommentCreatePermission,
    resourceRef,
  });
  const { allowed: mayDelete } = usePermission({
    permission: arenaCommentDeletePermission,
    resourceRef,
  });
  const { discussion, actions } = useDiscussion(runId, index);
  const { value, error } = discussion;
  return (
    <section className={styles.section} aria-label={t('comments.title')}>
      <Text as="h3" variant="title-x-small">
        {t('comments.title')}
      </Text>
      {error && !value && (
        <ErrorPanel
          title={t('comments.error')}
          error={error}
          onRetry={discussion.reload}
        />
      )}
      {!value && !error && <LoadingRows rows={1} />}
      {value && (
        <>
          <LabelRow
            labels={value.labels}
            used={used}
            mayLabel={mayComment}
            actions={actions}
          />
          {value.comments.length > 0 ? (
            <ol className={styles.comments}>
              {value.comments.map(comment => (
                <CommentView
                  key={comment.id}
                  comment={comment}
                  isOwn={comment.author === me.value}
                  mayComment={mayComment}
                  mayDelete={mayDelete}
                  actions={actions}
                />
              ))}
            </ol>
          ) : (
            <span className={styles.quiet}>
              {mayComment ? t('comments.description') : t('comments.none')}
            </span>
          )}
          {mayComment && (
            <CommentEditor
              label={t('comments.write')}
              submit={t('comments.send')}
              onSubmit={actions.comment}
            />
          )}
        </>
      )}
    </section>
  );
}
