// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('run_load_snapshots', table => {
    table.comment('What was added up of load tests that run');
    table
      .integer('run_seq')
      .primary()
      .references('seq')
      .inTable('runs')
      .onDelete('CASCADE');
    table
      .bigInteger('last_batch')
      .notNullable()
      .comment('It holds this batch and all before');
    table.string('codec', 8).notNullable();
    table.binary('content').notNullable().comment('JSON, compressed');
  });
  await knex.schema.alterTable('run_loads', table => {
    table
      .text('last_verdict')
      .nullable()
      .comment('JSON; of the last step of a search that has ended');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('run_loads', table => {
    table.dropColumn('last_verdict');
  });
  await knex.schema.dropTable('run_load_snapshots');
};
