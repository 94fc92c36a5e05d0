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
  await knex.schema.alterTable('run_cells', table => {
    table
      .bigInteger('unjudged')
      .notNullable()
      .defaultTo(0)
      .comment('Errored items without a verdict');
  });
  await knex.schema.alterTable('runs', table => {
    for (const name of COLUMNS.runs) {
      table
        .bigInteger(name)
        .notNullable()
        .defaultTo(0)
        .comment('Of the items that decide the verdict of the job');
    }
  });
  // Until now all items decided, and each errored one was without a verdict.
  await knex('run_cells').update({ unjudged: knex.ref('errored') });
  await knex('runs').update({
    verdict_total: knex.ref('total'),
    verdict_passed: knex.ref('passed'),
    verdict_failed: knex.ref('failed'),
    verdict_errored: knex.ref('errored'),
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
