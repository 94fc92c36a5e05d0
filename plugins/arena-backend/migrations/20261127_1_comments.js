// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('runs', table => {
    table
      .string('series', 253)
      .nullable()
      .comment(
        'Name of the job that the run belongs to: that of the schedule, or the one that is repeated; null in runs of a version that did not note it',
      );
    table.index(['cluster', 'namespace', 'series'], 'runs_series_idx');
  });

  await knex.schema.createTable('comment_series', table => {
    table.comment('Jobs whose items people have commented on or labelled');
    table.increments('id').primary();
    table.string('cluster', 253).notNullable();
    table.string('namespace', 253).notNullable();
    table.string('series', 253).notNullable();
    table
      .integer('version')
      .notNullable()
      .comment('Grows with each change: what live streams look at');
    table.unique(['cluster', 'namespace', 'series'], {
      indexName: 'comment_series_name_idx',
    });
  });

  const cell = (
    /** @type {import('knex').Knex.CreateTableBuilder} */ table,
  ) => {
    table
      .integer('series_id')
      .notNullable()
      .references('id')
      .inTable('comment_series')
      .onDelete('CASCADE');
    table
      .string('cell', 64)
      .notNullable()
      .comment('Digest of scenario, provider, region and variant');
    table.text('cell_name').notNullable().comment('JSON of the same');
    table
      .string('scenario_key', 255)
      .notNullable()
      .comment('Digest of the content of the scenario then');
    table.string('author', 255).notNullable();
    table.bigInteger('created_at').notNullable();
  };

  await knex.schema.createTable('item_comments', table => {
    table.comment('What people say of cells');
    table.string('id', 36).primary();
    cell(table);
    table.text('content').notNullable();
    table.bigInteger('edited_at').nullable();
    table.bigInteger('resolved_at').nullable();
    table.string('resolved_by', 255).nullable();
    table.index(
      ['series_id', 'cell', 'created_at', 'id'],
      'item_comments_cell_idx',
    );
  });

  await knex.schema.createTable('item_labels', table => {
    table.comment('How people mark cells');
    cell(table);
    table.string('label', 40).notNullable();
    table.primary(['series_id', 'cell', 'label']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('item_labels');
  await knex.schema.dropTable('item_comments');
  await knex.schema.dropTable('comment_series');
  await knex.schema.alterTable('runs', table => {
    table.dropIndex(['cluster', 'namespace', 'series'], 'runs_series_idx');
  });
  await knex.schema.alterTable('runs', table => {
    table.dropColumn('series');
  });
};
