import { useState } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, TextField } from '@backstage/ui';
import { RiAddLine, RiCloseLine, RiPriceTag3Line } from '@remixicon/react';
import {
  ITEM_LABEL_PATTERN,
  ITEM_LABELS,
  ItemLabel,
} from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { labelText } from './labelText';
import { DiscussionActions } from './useDiscussion';
import { userName } from './userName';
import styles from './Comments.module.css';

/** The labels of an item; those who may put others beside them, or take them away. */
export function LabelRow(props: {
  labels: ItemLabel[];
  /** Labels of other items of the job. */
  used: string[];
  mayLabel: boolean;
  actions: DiscussionActions;
}) {
  const { labels, used, mayLabel, actions } = props;
  const { t } = useArenaTranslation();
  const [naming, setNaming] = useState(false);
  const offered = [...new Set([...ITEM_LABELS, ...used])].filter(
    label => !labels.some(one => one.label === label && !one.outdated),
  );
  return (
    <>
      <ul className={styles.labels} aria-label={t('comments.labels')}>
        {labels.map(({ label, author, outdated }) => (
          <li
            key={label}
            className={styles.label}
            data-label={label}
            data-outdated={outdated}
            title={
              outdated
                ? t('comments.outdatedDescription')
                : t('comments.labelBy', { label, author: userName(author) })
            }
          >
            {labelText(t, label)}
            {outdated && ` · ${t('comments.outdated')}`}
            {mayLabel && (
              <button
                type="button"
                className={styles.remove}
                aria-label={t('comments.removeLabel', {
                  label: labelText(t, label),
                })}
                onClick={() => {
                  actions.setLabel(label, false);
                }}
              >
                <RiCloseLine size={12} aria-hidden />
              </button>
            )}
          </li>
        ))}
        {mayLabel && (
          <li>
            <MenuTrigger>
              <Button size="small" variant="tertiary" iconStart={<RiAddLine />}>
                {t('comments.addLabel')}
              </Button>
              <Menu aria-label={t('comments.addLabel')}>
                {offered.map(label => (
                  <MenuItem
                    key={label}
                    iconStart={<RiPriceTag3Line />}
                    onAction={() => {
                      actions.setLabel(label, true);
                    }}
                  >
                    {labelText(t, label)}
                  </MenuItem>
                ))}
                <MenuItem onAction={() => setNaming(true)}>
                  {t('comments.otherLabel')}
                </MenuItem>
              </Menu>
            </MenuTrigger>
          </li>
        )}
      </ul>
      {naming && (
        <NewLabel
          onAdd={async label => {
            if (await actions.setLabel(label, true)) setNaming(false);
          }}
          onCancel={() => setNaming(false)}
        />
      )}
    </>
  );
}

function NewLabel(props: {
  onAdd: (label: string) => void;
  onCancel: () => void;
}) {
  const { t } = useArenaTranslation();
  const [label, setLabel] = useState('');
  return (
    <div className={styles.other}>
      <TextField
        size="small"
        label={t('comments.otherLabel')}
        description={t('comments.otherLabelHint')}
        value={label}
        onChange={setLabel}
      />
      <Button
        size="small"
        variant="secondary"
        isDisabled={!ITEM_LABEL_PATTERN.test(label)}
        onPress={() => props.onAdd(label)}
      >
        {t('comments.add')}
      </Button>
      <Button size="small" variant="tertiary" onPress={props.onCancel}>
        {t('comments.stop')}
      </Button>
    </div>
  );
}
