// @ts-check

const COLUMNS = ['max_workers', 'refusal'];

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('runs', table => {
    table
      .integer('max_workers')
      .nullable()
      .comment('Most workers at a time; null in runs of the version before');
    table
      .text('refusal')
      .nullable()
      .comment('JSON: why a worker was refused; null once one was taken');
    // Few runs are open, however many a namespace has.
    table.index(['cluster', 'namespace'], 'runs_open_idx', {
      predicate: knex.whereRaw("state <> 'Closed'"),
    });
    table.index(['cluster', 'namespace', 'finished_at'], 'runs_spent_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('runs', table => {
    table.dropIndex([], 'runs_open_idx');
    table.dropIndex([], 'runs_spent_idx');
  });
  for (const name of COLUMNS) {
    // Knex would copy the table on SQLite.
    await knex.raw('alter table ?? drop column ??', ['runs', name]);
  }
};
