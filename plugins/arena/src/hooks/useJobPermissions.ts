import { usePermission } from '@backstage/plugin-permission-react';
import {
  arenaJobCancelPermission,
  arenaJobDeletePermission,
  arenaJobRerunPermission,
  arenaJobUpdatePermission,
} from '@backstage-arena/plugin-arena-common';
import { jobResourceRef } from '../lib/jobs';
import { JobAddress } from '../shell';

/** What the reader may do with a job. Everything is refused until the answer is here, and without an address. */
export function useJobPermissions(address: JobAddress | undefined) {
  const resourceRef = address && jobResourceRef(address);
  const cancel = usePermission({
    permission: arenaJobCancelPermission,
    resourceRef,
  });
  const rerun = usePermission({
    permission: arenaJobRerunPermission,
    resourceRef,
  });
  const remove = usePermission({
    permission: arenaJobDeletePermission,
    resourceRef,
  });
  const update = usePermission({
    permission: arenaJobUpdatePermission,
    resourceRef,
  });
  return {
    loading:
      cancel.loading || rerun.loading || remove.loading || update.loading,
    cancel: cancel.allowed,
    rerun: rerun.allowed,
    delete: remove.allowed,
    update: update.allowed,
  };
}
