// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('schedules', table => {
    table.comment('How far the schedules of jobs are');
    table.string('job_uid', 64).primary();
    table.string('cluster', 64).notNullable();
    table.string('namespace', 63).notNullable();
    table.string('name', 253).notNullable();
    table
      .bigInteger('handled_until')
      .notNullable()
      .comment('What was due until then has been started or skipped');
    table
      .string('expression', 512)
      .notNullable()
      .comment('With its zone: another one is not behind');
    table.boolean('suspended').notNullable();
    table
      .bigInteger('waiting_for')
      .nullable()
      .comment('Time for which a run was cancelled');
    table.index(['cluster', 'namespace', 'name'], 'schedules_name_idx');
  });

  await knex.schema.createTable('schedule_fires', table => {
    table.comment('What became of the times at which schedules were due');
    table.bigIncrements('id');
    table
      .string('job_uid', 64)
      .notNullable()
      .references('job_uid')
      .inTable('schedules')
      .onDelete('CASCADE');
    table.bigInteger('first_at').notNullable();
    table
      .bigInteger('last_at')
      .notNullable()
      .comment('Of several that were skipped together');
    table.integer('count').notNullable();
    table.string('outcome', 32).notNullable();
    table.text('message').nullable();
    table.string('child', 63).nullable();
    table.unique(['job_uid', 'first_at'], {
      indexName: 'schedule_fires_once_idx',
    });
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('schedule_fires');
  await knex.schema.dropTable('schedules');
};
