import { useEffect, useState } from 'react';
import { Button } from '@backstage/ui';
import { RiCheckLine, RiFileCopyLine } from '@remixicon/react';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useArenaShell } from '../../shell';

/** Puts a text on the clipboard. */
export function CopyButton(props: {
  text: string;
  /** What is copied, where that is not plain. */
  label?: string;
}) {
  const { t } = useArenaTranslation();
  const { notify } = useArenaShell();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.text);
      setCopied(true);
    } catch {
      // Browsers refuse on pages without TLS.
      notify({ status: 'danger', message: t('error.copy') });
    }
  };

  return (
    <Button
      size="small"
      variant="secondary"
      iconStart={copied ? <RiCheckLine /> : <RiFileCopyLine />}
      onPress={() => {
        copy();
      }}
    >
      {copied ? t('action.copied') : props.label ?? t('action.copy')}
    </Button>
  );
}
