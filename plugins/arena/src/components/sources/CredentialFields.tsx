import { TextField } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { secretRecipe } from '../../lib/secretRecipe';
import { CredentialKind, SourceForm } from '../../lib/sourceForm';
import { CopyButton } from '../shared';
import styles from './Sources.module.css';

/** Which Secret has the credentials, and how to make it: here only its name is known, never what is in it. */
export function CredentialFields(props: {
  kind: CredentialKind;
  clusterKind: 'embedded' | 'kubernetes';
  form: SourceForm;
  onChange: (change: Partial<SourceForm>) => void;
}) {
  const { kind, clusterKind, form, onChange } = props;
  const { t } = useArenaTranslation();
  const recipe = secretRecipe({
    kind,
    cluster: clusterKind,
    namespace: form.namespace,
    name: form.secret,
    url: form.url,
  });
  return (
    <>
      <div className={styles.pair}>
        <TextField
          label={t('source.field.secret')}
          description={t(`source.field.secretHint.${kind}`)}
          value={form.secret}
          onChange={secret => onChange({ secret })}
        />
        {kind === 'https' && form.secret.trim() && (
          <TextField
            label={t('source.field.secretKey')}
            description={t('source.field.secretKeyHint')}
            value={form.secretKey}
            onChange={secretKey => onChange({ secretKey })}
          />
        )}
      </div>
      <details className={styles.recipe}>
        <summary>{t('source.secret.how')}</summary>
        <p>{t(`source.secret.${clusterKind}`)}</p>
        <div className={styles.recipeText}>
          <pre>{recipe}</pre>
          <CopyButton text={recipe} />
        </div>
        <p>{t(`source.secret.${kind}`)}</p>
      </details>
    </>
  );
}
