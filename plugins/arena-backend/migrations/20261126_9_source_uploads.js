// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('source_uploads', table => {
    table.comment('What was uploaded for ArenaSources of type workspace');
    table.string('cluster', 253).notNullable();
    table.string('source_uid', 64).notNullable();
    table.string('namespace', 253).notNullable();
    table.string('name', 253).notNullable();
    table.string('digest', 128).notNullable().comment('Of the snapshot');
    table.string('revision', 512).notNullable();
    table.bigInteger('uploaded_at').notNullable().comment('Milliseconds');
    table.primary(['cluster', 'source_uid']);
    table.index(['cluster', 'namespace', 'name']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('source_uploads');
};
