// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('schedules', table => {
    table
      .bigInteger('known_from')
      .notNullable()
      .defaultTo(0)
      .comment('What was due since then is on record');
  });
  await knex('schedules').update({
    known_from: knex.raw(
      'coalesce((select min(first_at) from schedule_fires where schedule_fires.job_uid = schedules.job_uid), handled_until)',
    ),
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('schedules', table => {
    table.dropColumn('known_from');
  });
};
