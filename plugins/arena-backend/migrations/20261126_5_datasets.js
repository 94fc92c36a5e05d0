// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('run_datasets', table => {
    table.comment('How far the generation of data is');
    table
      .integer('run_seq')
      .primary()
      .references('seq')
      .inTable('runs')
      .onDelete('CASCADE');
    table.text('tally').notNullable().comment('JSON: figures so far');
    table.string('ended_by', 16).nullable();
  });

  await knex.schema.createTable('run_rows', table => {
    table.comment('Rows that were accepted');
    // No foreign key: it would be checked for every row, and a run is deleted in bounded steps.
    table.integer('run_seq').notNullable();
    table.bigInteger('number').notNullable().comment('In order of acceptance');
    table.bigInteger('attempt').notNullable().comment('Item of the run');
    table
      .string('hash', 64)
      .notNullable()
      .comment('SHA-256 of what the row says');
    table.string('persona', 253).nullable();
    table.bigInteger('accepted_at').notNullable();
    table.binary('signature').nullable().comment('MinHashes');
    table.text('content').notNullable().comment('JSON');
    table.primary(['run_seq', 'number']);
    table.unique(['run_seq', 'hash'], { indexName: 'run_rows_hash_idx' });
  });

  await knex.schema.createTable('run_row_bands', table => {
    table.comment('Keys under which near-duplicates of rows are found');
    table.integer('run_seq').notNullable();
    table.bigInteger('band').notNullable();
    table.bigInteger('number').notNullable().comment('Of the row');
    table.primary(['run_seq', 'band', 'number']);
  });

  await knex.schema.createTable('run_rejects', table => {
    table.comment('Attempts that brought no row');
    table.integer('run_seq').notNullable();
    table.bigInteger('attempt').notNullable().comment('Item of the run');
    table.string('reason', 16).notNullable();
    table.text('message').notNullable();
    table.text('content').nullable().comment('Beginning of the reply');
    table.bigInteger('duplicate_of').nullable().comment('Number of a row');
    table.string('persona', 253).nullable();
    table.bigInteger('rejected_at').notNullable();
    table.primary(['run_seq', 'attempt']);
    table.index(['run_seq', 'reason', 'attempt'], 'run_rejects_reason_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('run_rejects');
  await knex.schema.dropTable('run_row_bands');
  await knex.schema.dropTable('run_rows');
  await knex.schema.dropTable('run_datasets');
};
