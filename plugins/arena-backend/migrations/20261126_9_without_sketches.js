// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.raw('alter table run_rows drop column sketch');
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('run_rows', table => {
    table
      .binary('sketch')
      .nullable()
      .comment('Bits of the embedding, which stands in place of the MinHashes');
  });
};
