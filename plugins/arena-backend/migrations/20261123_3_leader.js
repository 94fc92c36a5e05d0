// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('arena_leader', table => {
    table.comment('Which replica may act, one row per role');
    table.string('role', 64).primary();
    table
      .string('holder', 128)
      .notNullable()
      .comment('Identity of the replica that holds the lease');
    table
      .bigInteger('epoch')
      .notNullable()
      .comment('Grows with each change of the holder');
    table
      .bigInteger('expires_at')
      .notNullable()
      .comment('Milliseconds since 1970 by the clock of the replicas');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('arena_leader');
};
