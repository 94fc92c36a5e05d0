// @ts-check

const CREATOR = 'arena.backstage.io/creator';
const OWNER = 'arena.backstage.io/owner';
const BATCH = 500;

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('resources', table => {
    table
      .string('creator', 512)
      .notNullable()
      .defaultTo('')
      .comment('Annotation, in lower case');
    table
      .string('owner', 512)
      .notNullable()
      .defaultTo('')
      .comment('Annotation, in lower case');
  });
  for (let after = ''; ; ) {
    const rows = await knex('resources as r')
      .join('resource_revisions as v', join =>
        join
          .on('v.cluster', 'r.cluster')
          .andOn('v.resource_version', 'r.resource_version'),
      )
      .where('r.uid', '>', after)
      .orderBy('r.uid')
      .limit(BATCH)
      .select('r.uid', 'v.document');
    if (rows.length === 0) return;
    for (const { uid, document } of rows) {
      const { annotations = {} } = JSON.parse(document).metadata;
      const creator = columnOf(annotations[CREATOR]);
      const owner = columnOf(annotations[OWNER]);
      if (creator || owner) {
        await knex('resources').where({ uid }).update({ creator, owner });
      }
    }
    after = rows[rows.length - 1].uid;
  }
};

/**
 * @param {string | undefined} text
 */
function columnOf(text = '') {
  return text.replaceAll('\0', '').slice(0, 512).toLocaleLowerCase('en-US');
}

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('resources', table => {
    table.dropColumn('creator');
    table.dropColumn('owner');
  });
};
