import { useState } from 'react';
import { Button } from '@backstage/ui';
import { ItemComment } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { Age, ConfirmDialog } from '../shared';
import { CommentEditor } from './CommentEditor';
import { CommentText } from './CommentText';
import { DiscussionActions } from './useDiscussion';
import { userName } from './userName';
import styles from './Comments.module.css';

/** One comment, with what the reader may do with it. */
export function CommentView(props: {
  comment: ItemComment;
  isOwn: boolean;
  mayComment: boolean;
  mayDelete: boolean;
  actions: DiscussionActions;
}) {
  const { comment, isOwn, mayComment, mayDelete, actions } = props;
  const { t } = useArenaTranslation();
  const [editing, setEditing] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const { id, text, resolvedBy } = comment;
  const author = userName(comment.author);
  const isResolved = comment.resolvedAt !== undefined;
  return (
    <li
      className={styles.comment}
      aria-label={t('comments.commentBy', { author })}
    >
      <div className={styles.commentHead}>
        <span className={styles.author} title={comment.author}>
          {author}
        </span>
        <span className={styles.quiet}>
          <Age time={comment.createdAt} />
          {comment.editedAt && ` · ${t('comments.edited')}`}
        </span>
        {comment.outdated && (
          <span
            className={styles.label}
            data-outdated
            title={t('comments.outdatedDescription')}
          >
            {t('comments.outdated')}
          </span>
        )}
        {isResolved && (
          <span className={styles.label}>
            {t('comments.resolvedBy', { author: userName(resolvedBy ?? '') })}
          </span>
        )}
        {mayComment && !editing && (
          <div className={styles.actions}>
            <Button
              size="small"
              variant="tertiary"
              onPress={() => {
                actions.resolve(id, !isResolved);
              }}
            >
              {isResolved ? t('comments.reopen') : t('comments.resolve')}
            </Button>
            {isOwn && (
              <Button
                size="small"
                variant="tertiary"
                onPress={() => setEditing(true)}
              >
                {t('comments.edit')}
              </Button>
            )}
            {(isOwn || mayDelete) && (
              <Button
                size="small"
                variant="tertiary"
                onPress={() => setConfirming(true)}
              >
                {t('comments.delete')}
              </Button>
            )}
          </div>
        )}
      </div>
      {editing ? (
        <CommentEditor
          label={t('comments.text')}
          submit={t('comments.save')}
          initial={text}
          onSubmit={async changed => {
            const isDone = await actions.edit(id, changed);
            if (isDone) setEditing(false);
            return isDone;
          }}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <CommentText text={text} />
      )}
      {confirming && (
        <ConfirmDialog
          title={t('comments.deleteTitle')}
          description={t('comments.deleteDescription')}
          confirmLabel={t('comments.delete')}
          onConfirm={async () => {
            await actions.remove(id);
          }}
          onClose={() => setConfirming(false)}
        />
      )}
    </li>
  );
}
