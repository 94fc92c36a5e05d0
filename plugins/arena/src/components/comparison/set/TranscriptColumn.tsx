import {
  Transcript,
  TranscriptMessage,
} from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../../hooks/useArenaTranslation';
import { messageOf, statusOf } from '../../../lib/errors';
import { formatCost, formatDuration } from '../../../lib/format';
import { ItemStatusBadge } from '../../shared';
import { CheckList } from '../../transcript/CheckList';
import { JsonBlock } from '../../transcript/JsonBlock';
import { ComparedTrial } from './CellDialog';
import { WordDiff } from './WordDiff';
import styles from './Compare.module.css';

/** One trial of a run: how it ended, its checks, and what was said; beside the baseline with the words that differ. */
export function TranscriptColumn(props: {
  hasCell: boolean;
  trial: ComparedTrial;
  /** Absent: differences are not marked. */
  baseline: Transcript | undefined;
}) {
  const { hasCell, trial, baseline } = props;
  const { item, transcript, error } = trial;
  const { t } = useArenaTranslation();
  if (!item) {
    return (
      <p className={styles.text}>
        {hasCell ? t('comparison.set.noItem') : t('comparison.set.noCell')}
      </p>
    );
  }
  return (
    <>
      <p className={styles.columnFacts}>
        <ItemStatusBadge status={item.status} />
        <span className={styles.muted}>
          {[
            formatDuration(item.durationMs),
            formatCost(item.cost),
            ...(item.score === undefined ? [] : [item.score.toFixed(2)]),
          ].join(' · ')}
        </span>
      </p>
      {(item.error?.message ?? item.message) && (
        <p className={styles.text}>{item.error?.message ?? item.message}</p>
      )}
      {error && (
        <p className={styles.text} role="alert">
          {statusOf(error) === 403
            ? t('transcript.forbiddenDescription')
            : messageOf(error)}
        </p>
      )}
      {!item.hasTranscript && (
        <p className={styles.text}>{t('transcript.none')}</p>
      )}
      {transcript && transcript.checks.length > 0 && (
        <CheckList
          checks={transcript.checks}
          label={t('check.ofConversation')}
        />
      )}
      {transcript && (
        <ol className={styles.messages}>
          {transcript.messages.map((message, index) => (
            <Message
              key={index}
              message={message}
              before={baseline && counterpart(baseline, transcript, index)}
              isMarked={baseline !== undefined}
            />
          ))}
        </ol>
      )}
    </>
  );
}

function Message(props: {
  message: TranscriptMessage;
  before: TranscriptMessage | undefined;
  isMarked: boolean;
}) {
  const { message, before, isMarked } = props;
  const { t } = useArenaTranslation();
  const { toolResult } = message;
  return (
    <li className={styles.message} data-role={message.role}>
      <div className={styles.muted}>
        {toolResult
          ? t('transcript.resultOf', { name: toolResult.name })
          : t(`role.${message.role}`)}
      </div>
      <div className={styles.messageText}>
        {isMarked ? (
          <WordDiff before={before?.content ?? ''} after={message.content} />
        ) : (
          message.content
        )}
      </div>
      {message.toolCalls?.map(call => (
        <div key={call.id}>
          <div className={styles.muted}>
            {t('transcript.calls', { name: call.name })}
          </div>
          <JsonBlock
            value={call.arguments}
            label={t('transcript.argumentsOf', { name: call.name })}
          />
        </div>
      ))}
      {message.checks && message.checks.length > 0 && (
        <CheckList checks={message.checks} label={t('check.ofTurn')} />
      )}
    </li>
  );
}

/** The message of the baseline that is the same one of its role: an answer more or less moves only those of its own kind. */
function counterpart(
  baseline: Transcript,
  { messages }: Transcript,
  index: number,
): TranscriptMessage | undefined {
  const { role } = messages[index];
  const place = messages
    .slice(0, index)
    .filter(one => one.role === role).length;
  return baseline.messages.filter(one => one.role === role)[place];
}
