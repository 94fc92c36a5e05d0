import { Alert, Text } from '@backstage/ui';
import { Transcript } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { CheckList } from './CheckList';
import { MessageBubble } from './MessageBubble';
import styles from './Transcript.module.css';

/** A conversation from its first message to its last check. */
export function TranscriptView(props: { transcript: Transcript }) {
  const { transcript } = props;
  const { t } = useArenaTranslation();
  return (
    <div className={styles.root}>
      {transcript.error && (
        <Alert
          status="danger"
          icon
          title={transcript.error.class}
          description={transcript.error.message}
        />
      )}
      {transcript.checks.length > 0 && (
        <section className={styles.section}>
          <Text as="h3" variant="title-x-small">
            {t('check.ofConversation')}
          </Text>
          <CheckList
            checks={transcript.checks}
            label={t('check.ofConversation')}
          />
        </section>
      )}
      {transcript.evals && transcript.evals.length > 0 && (
        <section className={styles.section}>
          <Text as="h3" variant="title-x-small">
            {t('check.observed')}
          </Text>
          <Text variant="body-small">{t('check.observedDescription')}</Text>
          <CheckList
            checks={transcript.evals.map(({ id, type, ...found }) => ({
              ...found,
              type: id === type ? id : `${id} (${type})`,
            }))}
            label={t('check.observed')}
          />
        </section>
      )}
      <ol className={styles.messages} aria-label={t('transcript.label')}>
        {transcript.messages.map((message, i) => (
          <MessageBubble key={i} message={message} />
        ))}
      </ol>
      {transcript.truncated && (
        <Alert status="warning" icon title={t('transcript.truncated')} />
      )}
    </div>
  );
}
