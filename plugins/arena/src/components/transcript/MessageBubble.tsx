import {
  RiAttachment2,
  RiRobot2Line,
  RiSettings3Line,
  RiShieldCheckLine,
  RiShieldFlashLine,
  RiToolsLine,
  RiUser3Line,
} from '@remixicon/react';
import {
  TranscriptMedia,
  TranscriptMessage,
} from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import {
  formatBytes,
  formatCost,
  formatCount,
  formatDuration,
} from '../../lib/format';
import { CheckList } from './CheckList';
import { JsonBlock } from './JsonBlock';
import styles from './Transcript.module.css';

const ICONS = {
  system: RiSettings3Line,
  user: RiUser3Line,
  assistant: RiRobot2Line,
  tool: RiToolsLine,
};

/** One message of a conversation with all that is known of it. */
export function MessageBubble(props: { message: TranscriptMessage }) {
  const { message } = props;
  const { t } = useArenaTranslation();
  const Icon = ICONS[message.role];
  const { toolResult } = message;
  const facts = useFacts(message);
  return (
    <li className={styles.message} data-role={message.role}>
      <div className={styles.bubble}>
        <div className={styles.author}>
          <Icon size={14} aria-hidden />
          <span>
            {toolResult
              ? t('transcript.resultOf', { name: toolResult.name })
              : t(`role.${message.role}`)}
          </span>
          <Origin message={message} />
        </div>
        {message.reasoning && (
          <details className={styles.reasoning}>
            <summary>{t('transcript.reasoning')}</summary>
            <div className={styles.content}>{message.reasoning}</div>
          </details>
        )}
        {toolResult?.error && (
          <p className={styles.toolError}>{toolResult.error}</p>
        )}
        {message.role === 'tool' ? (
          message.content && <JsonBlock value={message.content} />
        ) : (
          <div className={styles.content}>{message.content}</div>
        )}
        <MediaList media={message.media ?? []} />
        {message.toolCalls?.map(call => (
          <div key={call.id} className={styles.toolCall}>
            <div className={styles.author}>
              <RiToolsLine size={14} aria-hidden />
              <span>{t('transcript.calls', { name: call.name })}</span>
            </div>
            <JsonBlock
              value={call.arguments}
              label={t('transcript.argumentsOf', { name: call.name })}
            />
          </div>
        ))}
        {message.validations && message.validations.length > 0 && (
          <ul className={styles.guards} aria-label={t('transcript.guardrails')}>
            {message.validations.map((guard, i) => {
              const GuardIcon = guard.passed
                ? RiShieldCheckLine
                : RiShieldFlashLine;
              return (
                <li key={i} data-passed={guard.passed}>
                  <GuardIcon size={14} aria-hidden />
                  <span>
                    {guard.passed
                      ? t('transcript.guardPassed', { type: guard.type })
                      : t('transcript.guardFired', { type: guard.type })}
                    {guard.message ? `: ${guard.message}` : ''}
                  </span>
                </li>
              );
            })}
          </ul>
        )}
        {facts.length > 0 && (
          <div className={styles.facts}>{facts.join(' · ')}</div>
        )}
      </div>
      {message.checks && message.checks.length > 0 && (
        <CheckList checks={message.checks} label={t('check.ofTurn')} />
      )}
    </li>
  );
}

/** In which state of a workflow, or as which persona, the message was said. */
function Origin({ message }: { message: TranscriptMessage }) {
  const { t } = useArenaTranslation();
  const { state, selfPlay } = message;
  const text = [
    ...(state === undefined ? [] : [t('transcript.inState', { state })]),
    ...(selfPlay ? [t('transcript.playedBy', selfPlay)] : []),
  ].join(' · ');
  return text === '' ? null : <span className={styles.origin}>{text}</span>;
}

/** What a message holds beside text: kind and size, the content itself is not kept. */
function MediaList({ media }: { media: TranscriptMedia[] }) {
  const { t } = useArenaTranslation();
  if (media.length === 0) return null;
  return (
    <ul className={styles.media} aria-label={t('transcript.media')}>
      {media.map((part, i) => (
        <li key={i}>
          <RiAttachment2 size={14} aria-hidden />
          <span>
            {[
              part.mimeType || part.type,
              part.bytes === undefined ? part.url : formatBytes(part.bytes),
            ].join(' · ')}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Time, tokens and cost of a message, as far as it has them. */
function useFacts(message: TranscriptMessage): string[] {
  const { t } = useArenaTranslation();
  const { latencyMs, ttftMs, inputTokens, outputTokens, cost, finishReason } =
    message;
  const facts: string[] = [];
  if (latencyMs !== undefined) facts.push(formatDuration(latencyMs));
  if (ttftMs !== undefined) {
    facts.push(t('transcript.ttft', { time: formatDuration(ttftMs) }));
  }
  if (inputTokens !== undefined || outputTokens !== undefined) {
    facts.push(
      t('transcript.tokens', {
        input: formatCount(inputTokens ?? 0),
        output: formatCount(outputTokens ?? 0),
      }),
    );
  }
  if (cost !== undefined) facts.push(formatCost(cost));
  if (finishReason && finishReason !== 'stop') facts.push(finishReason);
  return facts;
}
