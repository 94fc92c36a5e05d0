// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  const isPostgres = knex.client.driverName === 'pg';

  await knex.schema.createTable('source_revisions', table => {
    table.comment('What ArenaSources have fetched: the last ones of each');
    table.string('cluster', 253).notNullable();
    table.string('source_uid', 64).notNullable();
    table.string('namespace', 253).notNullable();
    table.string('name', 253).notNullable();
    table.string('digest', 128).notNullable();
    table.string('revision', 512).notNullable();
    table.bigInteger('size').notNullable().comment('Bytes');
    table.bigInteger('fetched_at').notNullable().comment('Milliseconds');
    table
      .bigInteger('current_at')
      .notNullable()
      .comment('Milliseconds; when it became the current one last');
    table.primary(['cluster', 'source_uid', 'digest']);
    table.index(['cluster', 'namespace', 'name'], 'source_revisions_name_idx');
  });

  await knex.schema.alterTable('run_plans', table => {
    table
      .string('source_digest', 128)
      .nullable()
      .comment('Of the bundle, as in pins');
    table.index(['source_digest'], 'run_plans_source_idx');
  });
  await knex('run_plans').update({
    source_digest: knex.raw(
      isPostgres
        ? "(pins::json -> 'source' ->> 'digest')"
        : "json_extract(pins, '$.source.digest')",
    ),
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('run_plans', table => {
    table.dropIndex([], 'run_plans_source_idx');
  });
  // Knex would copy the table on SQLite.
  await knex.raw('alter table ?? drop column ??', [
    'run_plans',
    'source_digest',
  ]);
  await knex.schema.dropTable('source_revisions');
};
