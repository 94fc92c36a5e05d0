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
    // What is open now, and what ended this month, however many runs a namespace has.
    table.index(
      ['state', 'cluster', 'namespace', 'finished_at'],
      'runs_usage_idx',
    );
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('runs', table => {
    table.dropIndex([], 'runs_usage_idx');
  });
  for (const name of COLUMNS) {
    // Knex would copy the table on SQLite.
    await knex.raw('alter table ?? drop column ??', ['runs', name]);
  }
};
