import { useState } from 'react';
import { Button, TextAreaField } from '@backstage/ui';
import { MAX_COMMENT_LENGTH } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import styles from './Comments.module.css';

/** Where a comment is written or changed. What was written stays until it is sent. */
export function CommentEditor(props: {
  label: string;
  submit: string;
  initial?: string;
  onSubmit: (text: string) => Promise<boolean>;
  onCancel?: () => void;
}) {
  const { label, submit, initial = '', onSubmit, onCancel } = props;
  const { t } = useArenaTranslation();
  const [text, setText] = useState(initial);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    const isSent = await onSubmit(text);
    setBusy(false);
    if (isSent) setText('');
  };
  return (
    <div className={styles.editor}>
      <TextAreaField
        aria-label={label}
        size="small"
        rows={2}
        maxLength={MAX_COMMENT_LENGTH}
        placeholder={t('comments.placeholder')}
        value={text}
        onChange={setText}
      />
      <div className={styles.editorActions}>
        <Button
          size="small"
          variant="secondary"
          isDisabled={busy || text.trim() === ''}
          onPress={send}
        >
          {submit}
        </Button>
        {onCancel && (
          <Button size="small" variant="tertiary" onPress={onCancel}>
            {t('comments.stop')}
          </Button>
        )}
      </div>
    </div>
  );
}
