// @ts-check

/** Columns by table. */
const COLUMNS = {
  run_items: ['score'],
  run_cells: ['unjudged'],
  runs: [
    'verdict_total',
    'verdict_passed',
    'verdict_failed',
    'verdict_errored',
  ],
};

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('run_items', table => {
    table.double('score').nullable().comment('0 to 1, mean of the checks');
  });
  // Null in what was begun before, and by replicas of the version before: those counted without them. No row is rewritten, so the
  // tables are locked for a moment only.
  await knex.schema.alterTable('run_cells', table => {
    table
      .bigInteger('unjudged')
      .nullable()
      .comment('Errored items without a verdict; null: all errored ones');
  });
  await knex.schema.alterTable('runs', table => {
    for (const name of COLUMNS.runs) {
      table
        .bigInteger(name)
        .nullable()
        .comment('Of the items that decide the verdict of the job; null: all');
    }
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  for (const [table, names] of Object.entries(COLUMNS)) {
    for (const name of names) {
      // Knex would copy the table on SQLite, with all its items.
      await knex.raw('alter table ?? drop column ??', [table, name]);
    }
  }
};
