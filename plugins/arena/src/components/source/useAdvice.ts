import { useCallback } from 'react';
import { ArenaObject, Condition } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { sourceMessages } from './sourceMessages';

type Reason = keyof (typeof sourceMessages)['advice'];

/** What can be done about a condition of a source that is not as it should be. */
export function useAdvice(
  source: ArenaObject,
): (condition: Condition) => string | undefined {
  const { t } = useArenaTranslation();
  const isSuspended = source.spec.suspend === true;
  return useCallback(
    ({ reason, status, type }) => {
      if (isSuspended && type === 'Ready') return t('source.advice.Suspended');
      if (status !== 'False' || !(reason in sourceMessages.advice)) {
        return undefined;
      }
      return t(`source.advice.${reason as Reason}`);
    },
    [t, isSuspended],
  );
}
