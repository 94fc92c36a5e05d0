import { useMemo } from 'react';
import { Select, Switch, TextField } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import {
  credentialKindOf,
  GIT_REFS,
  SOURCE_TYPES,
  SourceForm,
  SourceType,
} from '../../lib/sourceForm';
import { CredentialFields } from './CredentialFields';
import styles from './Sources.module.css';

/** What a source consists of, by its type. */
export function SourceFields(props: {
  form: SourceForm;
  clusterKind: 'embedded' | 'kubernetes';
  onChange: (change: Partial<SourceForm>) => void;
}) {
  const { form, clusterKind, onChange } = props;
  const { t } = useArenaTranslation();
  const types = useMemo(
    () =>
      SOURCE_TYPES.map(id => ({
        id: String(id),
        label: t(`source.type.${id}`),
      })),
    [t],
  );
  const credentials = credentialKindOf(form);
  return (
    <>
      <div className={styles.pair}>
        <TextField
          label={t('field.name')}
          isRequired
          value={form.name}
          onChange={name => onChange({ name })}
        />
        <TextField
          label={t('field.namespace')}
          isRequired
          value={form.namespace}
          onChange={namespace => onChange({ namespace })}
        />
      </div>
      <Select
        label={t('source.field.type')}
        description={t(`source.typeHint.${form.type}`)}
        value={form.type}
        onChange={key => onChange({ type: key as SourceType })}
        options={types}
      />
      {form.type === 'git' && <GitFields form={form} onChange={onChange} />}
      {form.type === 'oci' && (
        <TextField
          label={t('source.field.artifact')}
          description={t('source.field.artifactHint')}
          placeholder="oci://registry.example.com/team/bundle:v1"
          isRequired
          value={form.url}
          onChange={url => onChange({ url })}
        />
      )}
      {form.type === 'configmap' && (
        <TextField
          label={t('source.field.configMap')}
          description={t(`source.field.configMapHint.${clusterKind}`)}
          isRequired
          value={form.configMap}
          onChange={configMap => onChange({ configMap })}
        />
      )}
      {form.type === 'workspace' && (
        <TextField
          label={t('field.path')}
          description={t('field.pathHint')}
          isRequired
          value={form.path}
          onChange={path => onChange({ path })}
        />
      )}
      {credentials && (
        <CredentialFields
          kind={credentials}
          clusterKind={clusterKind}
          form={form}
          onChange={onChange}
        />
      )}
      {form.type === 'oci' && (
        <Switch
          label={t('source.field.insecure')}
          isSelected={form.insecure}
          onChange={insecure => onChange({ insecure })}
        />
      )}
      <TextField
        label={t('source.field.interval')}
        description={t('source.field.intervalHint')}
        placeholder="5m"
        value={form.interval}
        onChange={interval => onChange({ interval })}
      />
    </>
  );
}

function GitFields(props: {
  form: SourceForm;
  onChange: (change: Partial<SourceForm>) => void;
}) {
  const { form, onChange } = props;
  const { t } = useArenaTranslation();
  const refs = useMemo(
    () =>
      GIT_REFS.map(id => ({ id: String(id), label: t(`source.ref.${id}`) })),
    [t],
  );
  return (
    <>
      <TextField
        label={t('source.field.repository')}
        description={t('source.field.repositoryHint')}
        placeholder="https://github.com/team/bundles.git"
        isRequired
        value={form.url}
        onChange={url => onChange({ url })}
      />
      <div className={styles.pair}>
        <Select
          label={t('source.field.refKind')}
          value={form.refKind}
          onChange={key =>
            onChange({ refKind: key as SourceForm['refKind'], ref: '' })
          }
          options={refs}
        />
        {form.refKind !== 'default' && (
          <TextField
            label={t(`source.field.ref.${form.refKind}`)}
            isRequired
            value={form.ref}
            onChange={ref => onChange({ ref })}
          />
        )}
      </div>
      <TextField
        label={t('source.field.folder')}
        description={t('source.field.folderHint')}
        value={form.path}
        onChange={path => onChange({ path })}
      />
    </>
  );
}
