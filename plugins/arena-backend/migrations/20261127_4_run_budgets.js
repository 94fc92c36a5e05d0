// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.renameTable('run_dataset_budgets', 'run_budget_grants');
  await knex.schema.alterTable('runs', table => {
    table
      .boolean('budget_exhausted')
      .notNullable()
      .defaultTo(false)
      .comment('A call did not fit into what was left: no more work is given');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  // Knex would copy the table on SQLite.
  await knex.raw('alter table ?? drop column ??', ['runs', 'budget_exhausted']);
  await knex.schema.renameTable('run_budget_grants', 'run_dataset_budgets');
};
