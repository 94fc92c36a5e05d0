import { ReactNode } from 'react';
import { Select, TextField } from '@backstage/ui';
import { PatternField } from '../newJob/PatternField';
import { Query } from '../../hooks/useQuery';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import styles from './Picker.module.css';

interface PickerFrame {
  label: string;
  description?: string;
  isRequired?: boolean;
  isDisabled?: boolean;
}

/** One of the names that the server knows; any name where it cannot be asked. */
export function OnePicker(
  props: PickerFrame & {
    known: Query<string[]>;
    value: string;
    onChange: (value: string) => void;
  },
) {
  const { known, value, onChange, ...frame } = props;
  const { t } = useArenaTranslation();
  if (known.error) {
    return (
      <WithError error={known.error}>
        <TextField {...frame} value={value} onChange={onChange} />
      </WithError>
    );
  }
  return (
    <Select
      {...frame}
      className={styles.picker}
      searchable
      placeholder={t('scaffolder.choose')}
      value={value || null}
      onChange={key => onChange(String(key ?? ''))}
      options={optionsOf(known.value, value ? [value] : [])}
    />
  );
}

/** Some of the names that the server knows; any names where it cannot be asked. */
export function ManyPicker(
  props: PickerFrame & {
    known: Query<string[]>;
    /** Said while nothing is chosen. */
    placeholder?: string;
    value: string[];
    onChange: (value: string[]) => void;
  },
) {
  const { known, value, onChange, placeholder, ...frame } = props;
  const { t } = useArenaTranslation();
  if (known.error) {
    const { isRequired, isDisabled = false, ...said } = frame;
    return (
      <WithError error={known.error}>
        <PatternField
          {...said}
          isDisabled={isDisabled}
          value={value}
          onChange={onChange}
        />
      </WithError>
    );
  }
  return (
    <Select
      {...frame}
      className={styles.picker}
      searchable
      selectionMode="multiple"
      placeholder={placeholder ?? t('scaffolder.choose')}
      value={value}
      onChange={keys => onChange(keys.map(String))}
      options={optionsOf(known.value, value)}
    />
  );
}

function WithError(props: { error: Error; children: ReactNode }) {
  const { t } = useArenaTranslation();
  return (
    <>
      {props.children}
      <p role="alert">
        {t('scaffolder.unknown', { message: props.error.message })}
      </p>
    </>
  );
}

/** A form may name what does not exist yet: it stays to be chosen. */
function optionsOf(known: readonly string[] = [], chosen: readonly string[]) {
  return [...new Set([...known, ...chosen])].map(id => ({ id, label: id }));
}
