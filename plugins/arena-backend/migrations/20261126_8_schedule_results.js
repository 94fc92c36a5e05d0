// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('schedule_fires', table => {
    table
      .string('result', 16)
      .nullable()
      .comment('What became of the job that was started; null while it runs');
    // Those that run are few, and asked for often.
    table.index(['job_uid', 'outcome', 'result'], 'schedule_fires_result_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('schedule_fires', table => {
    table.dropIndex(
      ['job_uid', 'outcome', 'result'],
      'schedule_fires_result_idx',
    );
    table.dropColumn('result');
  });
};
