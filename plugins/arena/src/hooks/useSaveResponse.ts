import { useState } from 'react';
import { toError } from '@backstage/errors';
import { messageOf } from '../lib/errors';
import { saveResponse } from '../lib/saveResponse';
import { useArenaShell } from '../shell';

/**
 * Saves answers of the server as files, one at a time, and tells when they cannot be read.
 *
 * @param failure - what is said then, before the reason
 */
export function useSaveResponse(failure: string) {
  const { notify } = useArenaShell();
  const [isPending, setPending] = useState(false);
  const save = async (ask: () => Promise<Response>, fileName: string) => {
    setPending(true);
    try {
      await saveResponse(await ask(), fileName);
    } catch (error) {
      notify({
        status: 'danger',
        message: `${failure}: ${messageOf(toError(error))}`,
      });
    } finally {
      setPending(false);
    }
  };
  return { isPending, save };
}
