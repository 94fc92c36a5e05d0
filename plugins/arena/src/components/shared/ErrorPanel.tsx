import { Alert, Button } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { causesOf, messageOf } from '../../lib/errors';

/** What went wrong, and a way to try again. */
export function ErrorPanel(props: {
  title: string;
  error: Error;
  onRetry?: () => void;
}) {
  const { t } = useArenaTranslation();
  const causes = causesOf(props.error);
  return (
    <div role="alert">
      <Alert
        status="danger"
        icon
        title={props.title}
        description={
          <>
            {messageOf(props.error)}
            {causes.length > 0 && (
              <ul>
                {causes.map((cause, i) => (
                  <li key={i}>{cause.message}</li>
                ))}
              </ul>
            )}
          </>
        }
        customActions={
          props.onRetry && (
            <Button size="small" variant="secondary" onPress={props.onRetry}>
              {t('action.retry')}
            </Button>
          )
        }
      />
    </div>
  );
}
