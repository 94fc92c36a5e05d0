import { Knex } from 'knex';
import { StoreRow } from '../tables';

export interface StoreVersions {
  /** Of the newest change that is committed. */
  current: number;
  /** History up to and with this version is gone. */
  compacted: number;
}

export async function readVersions(
  knex: Knex,
  cluster: string,
): Promise<StoreVersions> {
  const row = await knex<StoreRow>('resource_stores')
    .where({ cluster })
    .first('resource_version', 'compacted_version');
  return {
    current: Number(row?.resource_version ?? 0),
    compacted: Number(row?.compacted_version ?? 0),
  };
}
