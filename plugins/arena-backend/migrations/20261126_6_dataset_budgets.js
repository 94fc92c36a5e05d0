// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('run_dataset_budgets', table => {
    table.comment('What workers that generate data may spend');
    table
      .integer('run_seq')
      .notNullable()
      .references('seq')
      .inTable('runs')
      .onDelete('CASCADE');
    table.string('worker_id', 128).notNullable();
    table
      .string('instance', 64)
      .notNullable()
      .comment('Tells a process from one that was started anew');
    table.double('granted').notNullable().comment('To this process');
    table.primary(['run_seq', 'worker_id', 'instance']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('run_dataset_budgets');
};
