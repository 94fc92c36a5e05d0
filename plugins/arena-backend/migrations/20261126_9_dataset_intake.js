// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('run_datasets', table => {
    table
      .bigInteger('open_until')
      .nullable()
      .comment('Until when rows are still taken although no attempts are made');
  });
  await knex.schema.alterTable('run_rows', table => {
    table
      .binary('sketch')
      .nullable()
      .comment('Bits of the embedding, which stands in place of the MinHashes');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('run_rows', table => {
    table.dropColumn('sketch');
  });
  await knex.schema.alterTable('run_datasets', table => {
    table.dropColumn('open_until');
  });
};
